export type Json = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A member of its own: a template may well say `__proto__` or `constructor`. */
export const member = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined

/** An entry of a table by a name from outside, for which the same holds. */
export const entryOf = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

export const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** What stands for `AWS::NoValue`, and for what cannot be: its place in the list or object is left out. */
export const ABSENT = Symbol('AWS::NoValue')

const PLACEHOLDER = /<[A-Za-z][\w.:/-]*>/

/** What is not known has a name in its place, the same wherever it is used. */
export const placeholder = (name: string): string => `<${name.replace(/[^\w.:/-]/g, '-')}>`
export const hasPlaceholder = (value: unknown): boolean =>
  typeof value === 'string' ? PLACEHOLDER.test(value) : Array.isArray(value) && value.some(hasPlaceholder)
