/** What the table itself lists under a name that somebody outside chose: `constructor` and `toString` are in every object. */
export const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined
