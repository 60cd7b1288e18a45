import { notImplemented } from './aws-error.ts'

/** Which members of an input are honoured: `true` for any value, a list of the values (of a list: of its items), or the members below it. */
export interface Honoured {
  readonly [member: string]: true | readonly unknown[] | Honoured
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0)

/** What is not honoured is refused by its name: silence would run something else than what was asked for. */
export function refuseOthers(input: unknown, honoured: Honoured, path: string): void {
  if (Array.isArray(input)) {
    for (const item of input) refuseOthers(item, honoured, path)
    return
  }
  if (typeof input !== 'object' || input === null) return
  for (const [member, value] of Object.entries(input)) {
    if (isEmpty(value)) continue
    const rule = honoured[member]
    if (rule === undefined) throw notImplemented(`${path}.${member}`)
    if (rule === true) continue
    if (!Array.isArray(rule)) refuseOthers(value, rule as Honoured, `${path}.${member}`)
    else if (![value].flat().every(item => rule.includes(item)))
      throw notImplemented(`${path}.${member} ${JSON.stringify(value)}`)
  }
}
