/** Sides of entries that are not taken away, each with the reason: `ID, SIDE`. There are none. */
export const EXEMPT: Readonly<Record<string, string>> = {}
