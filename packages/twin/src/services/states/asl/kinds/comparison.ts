import { type Json, sameJson } from '../language/json.ts'
import { parseTimestamp } from '../language/timestamp.ts'

type Test = (value: Json, expected: Json) => boolean

const ordered: Record<string, (difference: number) => boolean> = {
  Equals: difference => difference === 0,
  LessThan: difference => difference < 0,
  GreaterThan: difference => difference > 0,
  LessThanEquals: difference => difference <= 0,
  GreaterThanEquals: difference => difference >= 0,
}

/** Undefined: the values are not of the operator's type, and every comparison is false. */
const differences: Record<string, (a: Json, b: Json) => number | undefined> = {
  String: (a, b) => (typeof a === 'string' && typeof b === 'string' ? (a === b ? 0 : a < b ? -1 : 1) : undefined),
  Numeric: (a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : undefined),
  Timestamp: (a, b) => {
    const [left, right] = [timeOf(a), timeOf(b)]
    return left === undefined || right === undefined ? undefined : left - right
  },
}

const timeOf = (value: Json) => (typeof value === 'string' ? parseTimestamp(value) : undefined)

/** `*` stands for any characters; `\\*` for itself. */
function wildcard(text: string, pattern: string): boolean {
  const parts = [...pattern.matchAll(/\\\\|\\\*|\*|[^*\\]+|\\/g)].map(([part]) =>
    part === '*'
      ? '[\\s\\S]*'
      : (part === '\\*' ? '*' : part === '\\\\' ? '\\' : part).replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  )
  return new RegExp(`^${parts.join('')}$`).test(text)
}

const comparisons: Record<string, Test> = {
  BooleanEquals: (value, expected) => typeof value === 'boolean' && sameJson(value, expected),
  StringMatches: (value, expected) =>
    typeof value === 'string' && typeof expected === 'string' && wildcard(value, expected),
}
for (const [type, difference] of Object.entries(differences))
  for (const [name, accepts] of Object.entries(ordered))
    comparisons[type + name] = (value, expected) => {
      const result = difference(value, expected)
      return result !== undefined && accepts(result)
    }

/** `IsString: true`: tests of a value by itself. IsPresent is answered before a value is fetched. */
export const typeTests: Record<string, (value: Json) => boolean> = {
  IsNull: value => value === null,
  IsNumeric: value => typeof value === 'number',
  IsString: value => typeof value === 'string',
  IsBoolean: value => typeof value === 'boolean',
  IsTimestamp: value => timeOf(value) !== undefined,
}

export { comparisons }
