import { comparisons, typeTests } from '../kinds/comparison.ts'
import { isObject, type Json, type JsonObject } from '../language/json.ts'
import type { QueryLanguage } from '../language/machine.ts'
import type { Report } from './finding.ts'

const operators = new Set([
  ...Object.keys(comparisons),
  ...Object.keys(comparisons).map(name => `${name}Path`),
  ...Object.keys(typeTests),
  'IsPresent',
])
const plain = new Set(['Variable', 'Next', 'Comment', 'Assign', 'Output', 'Condition'])

export function checkChoice({
  state,
  place,
  language,
  report,
}: {
  state: JsonObject
  place: string
  language: QueryLanguage
  report: Report
}): undefined {
  const { Choices: choices } = state
  if (choices === undefined) return
  if (!Array.isArray(choices)) return report('Value must be an array', `${place}/Choices`)
  if (choices.length === 0) report('Value cannot be empty', `${place}/Choices`)
  for (const [index, rule] of choices.entries()) {
    const location = `${place}/Choices[${index}]`
    if (!isObject(rule)) {
      report('Value must be an object', location)
      continue
    }
    if (typeof rule.Next !== 'string') report('These fields are required: [Next]', location)
    if (language === 'JSONata') {
      if (rule.Condition === undefined) report('These fields are required: [Condition]', location)
    } else checkRule(rule, location, report)
  }
}

function checkRule(rule: JsonObject, location: string, report: Report): undefined {
  const joined = ['And', 'Or'].find(field => rule[field] !== undefined)
  if (joined !== undefined) {
    const list = rule[joined]
    if (!Array.isArray(list) || list.length === 0) return report('Value cannot be empty', `${location}/${joined}`)
    for (const [index, item] of list.entries())
      if (isObject(item)) checkRule(item, `${location}/${joined}[${index}]`, report)
    return
  }
  if (rule.Not !== undefined)
    return isObject(rule.Not)
      ? checkRule(rule.Not, `${location}/Not`, report)
      : report('Value must be an object', `${location}/Not`)
  if (typeof rule.Variable !== 'string') report('These fields are required: [Variable]', location)
  const tests = Object.keys(rule).filter(field => !plain.has(field))
  const unknown = tests.filter(field => !operators.has(field))
  for (const field of unknown) report(`The field '${field}' is not supported for a choice rule`, `${location}/${field}`)
  if (tests.length - unknown.length !== 1 && unknown.length === 0)
    report('Exactly one comparison operator must be specified', location)
}

export function checkRetry(list: Json[], place: string, report: Report): undefined {
  for (const [index, item] of list.entries()) {
    const location = `${place}/Retry[${index}]`
    if (!checkErrors(item, location, index === list.length - 1, report)) continue
    const {
      BackoffRate: rate,
      IntervalSeconds: interval,
      MaxAttempts: attempts,
      MaxDelaySeconds: delay,
      JitterStrategy: jitter,
    } = item
    if (rate !== undefined && (typeof rate !== 'number' || rate < 1))
      report('Value must be greater than or equal to 1.0', `${location}/BackoffRate`)
    if (interval !== undefined && !whole(interval, 1))
      report('Value must be greater than or equal to 1', `${location}/IntervalSeconds`)
    if (attempts !== undefined && !whole(attempts, 0))
      report('Value must be greater than or equal to 0', `${location}/MaxAttempts`)
    if (delay !== undefined && !whole(delay, 1))
      report('Value must be greater than or equal to 1', `${location}/MaxDelaySeconds`)
    if (jitter !== undefined && jitter !== 'FULL' && jitter !== 'NONE')
      report('Value is not valid. Must be one of: [FULL, NONE]', `${location}/JitterStrategy`)
  }
}

export function checkCatch(list: Json[], place: string, siblings: JsonObject, report: Report): undefined {
  for (const [index, item] of list.entries()) {
    const location = `${place}/Catch[${index}]`
    if (!checkErrors(item, location, index === list.length - 1, report)) continue
    if (typeof item.Next !== 'string') report('These fields are required: [Next]', location)
    else if (!(item.Next in siblings))
      report(`Missing 'Next' target: ${item.Next}`, `${location}/Next`, 'MISSING_TRANSITION_TARGET')
  }
}

const whole = (value: Json, low: number) => typeof value === 'number' && Number.isInteger(value) && value >= low

function checkErrors(item: Json, location: string, final: boolean, report: Report): item is JsonObject {
  if (!isObject(item)) {
    report('Value must be an object', location)
    return false
  }
  const { ErrorEquals: names } = item
  if (!Array.isArray(names) || names.length === 0 || !names.every(name => typeof name === 'string')) {
    report(
      names === undefined ? 'These fields are required: [ErrorEquals]' : 'Value cannot be empty',
      names === undefined ? location : `${location}/ErrorEquals`,
    )
    return true
  }
  if (names.includes('States.ALL') && (names.length > 1 || !final))
    report('States.ALL must appear alone and at the end of the list', `${location}/ErrorEquals`)
  return true
}
