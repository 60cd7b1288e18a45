/** `[table, …]`, ordered part by part. */
export type Key = readonly (string | number)[]
