import { InvalidIntrinsic, parseIntrinsic, pathsIn } from '../expression/intrinsic-call.ts'
import { intrinsics } from '../expression/intrinsics.ts'
import { isQuery, querySyntaxError } from '../expression/jsonata.ts'
import { compilePath, InvalidPath } from '../expression/path.ts'
import { isObject, type Json, type JsonObject } from '../language/json.ts'
import type { QueryLanguage } from '../language/machine.ts'
import type { Report } from './finding.ts'

const pathFields = [
  'InputPath',
  'OutputPath',
  'ResultPath',
  'ItemsPath',
  'SecondsPath',
  'TimestampPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'MaxConcurrencyPath',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentagePath',
]

const templateFields = ['Parameters', 'ResultSelector', 'ItemSelector', 'Assign', 'Credentials']

/** Fields that hold other states: those are checked as states. */
const nested = ['Branches', 'ItemProcessor', 'Iterator', 'Comment', 'Type', 'QueryLanguage']

export function checkExpressions(state: JsonObject, language: QueryLanguage, place: string, report: Report): undefined {
  if (language === 'JSONata') {
    for (const [field, value] of Object.entries(state))
      if (!nested.includes(field)) checkQueries(value, `${place}/${field}`, report)
    return
  }
  for (const field of pathFields) {
    const value = state[field]
    if (value === undefined || value === null) continue
    if (typeof value !== 'string' || !isPathText(value)) report('Value is not a Reference Path', `${place}/${field}`)
  }
  for (const field of templateFields) {
    const value = state[field]
    if (value !== undefined) checkTemplate(value, `${place}/${field}`, report)
  }
  for (const [index, item] of (Array.isArray(state.Catch) ? state.Catch : []).entries())
    if (isObject(item) && item.Assign !== undefined)
      checkTemplate(item.Assign, `${place}/Catch[${index}]/Assign`, report)
}

function checkQueries(value: Json, location: string, report: Report): undefined {
  if (typeof value === 'string') {
    const error = isQuery(value) ? querySyntaxError(value) : undefined
    if (error !== undefined) report(`The JSONata expression is not valid: ${error}`, location)
  } else if (Array.isArray(value))
    for (const [index, item] of value.entries()) checkQueries(item, `${location}[${index}]`, report)
  else if (isObject(value))
    for (const [key, item] of Object.entries(value)) checkQueries(item, `${location}/${key}`, report)
}

function checkTemplate(value: Json, location: string, report: Report): undefined {
  if (Array.isArray(value))
    for (const [index, item] of value.entries()) checkTemplate(item, `${location}[${index}]`, report)
  if (!isObject(value)) return
  for (const [key, item] of Object.entries(value)) {
    if (!key.endsWith('.$')) checkTemplate(item, `${location}/${key}`, report)
    else if (typeof item !== 'string' || !(isPathText(item) || isCall(item)))
      report(`The value for the field '${key}' must be a valid JSONPath or a valid intrinsic function call`, location)
  }
}

function isPathText(text: string): boolean {
  try {
    compilePath(text)
    return true
  } catch (error) {
    if (error instanceof InvalidPath) return false
    throw error
  }
}

function isCall(text: string): boolean {
  if (!text.startsWith('States.')) return false
  try {
    const call = parseIntrinsic(text)
    return 'call' in call && call.call in intrinsics && pathsIn(call).every(isPathText)
  } catch (error) {
    if (error instanceof InvalidIntrinsic) return false
    throw error
  }
}
