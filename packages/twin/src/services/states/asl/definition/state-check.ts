import { isObject, type Json, type JsonObject } from '../language/json.ts'
import type { QueryLanguage, StateType } from '../language/machine.ts'
import { parseResource } from '../language/resource.ts'
import { parseTimestamp } from '../language/timestamp.ts'
import { checkCatch, checkChoice, checkRetry } from './choice-check.ts'
import { checkExpressions } from './expression-check.ts'
import { allowedFields, belongsTo, required, stateTypes } from './fields.ts'
import type { Report } from './finding.ts'
import { knownResource, patternOf } from './integrations.ts'

interface Setting {
  express: boolean
  language: QueryLanguage
  names: Map<string, string>
}

/** Passed in, because a state may hold programs and a program holds states. */
type CheckProgram = (program: JsonObject, location: string, setting: Setting, report: Report) => undefined

interface Subject {
  state: JsonObject
  place: string
  setting: Setting
  language: QueryLanguage
  report: Report
  checkProgram: CheckProgram
}

export function checkState(
  state: JsonObject,
  place: string,
  setting: Setting,
  siblings: JsonObject,
  report: Report,
  checkProgram: CheckProgram,
): undefined {
  const own = state.QueryLanguage
  if (own === 'JSONPath' && setting.language === 'JSONata')
    return report("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", place)
  if (own !== undefined && own !== 'JSONata' && own !== 'JSONPath')
    report('Value is not valid. Must be one of: [JSONPath, JSONata]', `${place}/QueryLanguage`)
  const type = state.Type as StateType
  if (state.Type === undefined) return report('These fields are required: [Type]', place)
  if (!stateTypes.includes(type))
    return report(`Value is not valid. Must be one of: [${stateTypes.join(', ')}]`, `${place}/Type`)
  const language = own === 'JSONata' ? 'JSONata' : setting.language
  checkFields(state, type, language, place, report)
  checkTransition(state, type, place, siblings, report)
  kinds[type]({ state, place, setting, language, report, checkProgram })
  checkExpressions(state, language, place, report)
  if (Array.isArray(state.Retry)) checkRetry(state.Retry, place, report)
  if (Array.isArray(state.Catch)) checkCatch(state.Catch, place, siblings, report)
}

function checkFields(
  state: JsonObject,
  type: StateType,
  language: QueryLanguage,
  place: string,
  report: Report,
): undefined {
  const absent = required[type].filter(field => state[field] === undefined)
  if (absent.length > 0) report(`These fields are required: [${absent.join(', ')}]`, place)
  const allowed = allowedFields(type, language)
  for (const field of Object.keys(state)) {
    if (allowed.includes(field)) continue
    const owner = belongsTo(type, field)
    if (owner === undefined) report(`The field '${field}' is not supported for the ${type} state`, `${place}/${field}`)
    else report(`The field '${field}' is not supported when QueryLanguage is ${language}`, `${place}/${field}`)
  }
}

const terminal: readonly StateType[] = ['Succeed', 'Fail', 'Choice']

function checkTransition(
  state: JsonObject,
  type: StateType,
  place: string,
  siblings: JsonObject,
  report: Report,
): undefined {
  if (terminal.includes(type)) return
  const { Next: next, End: end } = state
  if (next === undefined && end !== true) report('Exactly one of these fields must be specified: [Next, End]', place)
  if (next !== undefined && end === true) report('Exactly one of these fields must be specified: [Next, End]', place)
  if (end !== undefined && typeof end !== 'boolean') report('Value must be a boolean', `${place}/End`)
  if (next !== undefined) checkTarget(next, siblings, `${place}/Next`, report)
}

function checkTarget(next: Json, siblings: JsonObject, location: string, report: Report): undefined {
  if (typeof next !== 'string') report('Value must be a string', location)
  else if (!Object.hasOwn(siblings, next))
    report(`Missing 'Next' target: ${next}`, location, 'MISSING_TRANSITION_TARGET')
}

const kinds: Record<StateType, (subject: Subject) => undefined> = {
  Pass: () => {},
  Succeed: () => {},
  Fail: ({ state, place, report }) => {
    for (const field of ['Error', 'Cause'])
      if (state[field] !== undefined && state[`${field}Path`] !== undefined)
        report(`Only one of these fields may be specified: [${field}, ${field}Path]`, place)
  },
  Wait: ({ state, place, language, report }) => {
    const fields = ['Seconds', 'Timestamp', 'SecondsPath', 'TimestampPath']
    if (fields.filter(field => state[field] !== undefined).length !== 1)
      report(
        `Exactly one of these fields must be specified: [${(language === 'JSONata' ? fields.slice(0, 2) : fields).join(', ')}]`,
        place,
      )
    checkNumber(state, 'Seconds', 0, 99_999_999, language, place, report)
    const time = state.Timestamp
    if (
      typeof time === 'string' &&
      !(language === 'JSONata' && time.startsWith('{%')) &&
      parseTimestamp(time) === undefined
    )
      report('String does not match RFC3339 timestamp', `${place}/Timestamp`)
  },
  Choice: checkChoice,
  Task: checkTask,
  Parallel: ({ state, place, setting, report, checkProgram }) => {
    const { Branches: branches } = state
    if (branches === undefined) return
    if (!Array.isArray(branches)) return report('Value must be an array', `${place}/Branches`)
    if (branches.length === 0) report('Value cannot be empty', `${place}/Branches`)
    for (const [index, branch] of branches.entries())
      if (isObject(branch)) checkProgram(branch, `${place}/Branches[${index}]`, setting, report)
      else report('Value must be an object', `${place}/Branches[${index}]`)
  },
  Map: checkMap,
}

function checkTask({ state, place, setting, language, report }: Subject): undefined {
  const { Resource: resource, Credentials: credentials } = state
  if (resource !== undefined && typeof resource !== 'string')
    return report('Value must be a string', `${place}/Resource`)
  if (typeof resource === 'string') {
    if (!knownResource(resource))
      report(
        `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
        `${place}/Resource`,
      )
    if (setting.express && parseResource(resource)?.kind === 'activity')
      report(`Express state machine does not support Activity ARN '${resource}'`, `${place}/Resource`)
    const pattern = patternOf(resource)
    if (setting.express && pattern !== '')
      report(
        `Express state machine does not support '${pattern.replace(':2', '')}' service integration`,
        `${place}/Resource`,
      )
  }
  if (isObject(credentials) && credentials.RoleArn === undefined && credentials['RoleArn.$'] === undefined)
    report("The field 'RoleArn' is required but was missing", `${place}/Credentials`)
  checkNumber(state, 'TimeoutSeconds', 1, 99_999_999, language, place, report)
  checkNumber(state, 'HeartbeatSeconds', 1, 99_999_999, language, place, report)
  const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = state
  if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout)
    report('HeartbeatSeconds must be smaller than TimeoutSeconds', place)
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html */
const distributedOnly = ['ItemReader', 'ItemBatcher', 'ResultWriter']

function checkMap({ state, place, setting, language, report, checkProgram }: Subject): undefined {
  const field = state.ItemProcessor === undefined ? 'Iterator' : 'ItemProcessor'
  const processor = state[field]
  if (processor === undefined) return report('These fields are required: [ItemProcessor]', place)
  if (state.ItemProcessor !== undefined && state.Iterator !== undefined)
    report('Only one of these fields may be specified: [ItemProcessor, Iterator]', place)
  if (!isObject(processor)) return report('Value must be an object', `${place}/${field}`)
  checkLabel(state.Label, place, report)
  checkNumber(state, 'MaxConcurrency', 0, 10_000, language, place, report)
  checkNumber(state, 'ToleratedFailureCount', 0, 100_000_000, language, place, report)
  const config = isObject(processor.ProcessorConfig) ? processor.ProcessorConfig : {}
  const distributed = config.Mode === 'DISTRIBUTED'
  if (distributed && setting.express)
    report('Express state machine does not support Distributed Map', `${place}/${field}`)
  if (distributed && config.ExecutionType === undefined)
    report("The field 'ExecutionType' is required when 'Mode' is 'DISTRIBUTED'", `${place}/${field}/ProcessorConfig`)
  if (!distributed)
    for (const own of distributedOnly)
      if (state[own] !== undefined)
        report(`The field '${own}' is supported only when 'Mode' is 'DISTRIBUTED'`, `${place}/${own}`)
  const express = config.ExecutionType === 'EXPRESS' || setting.express
  checkProgram(
    processor,
    `${place}/${field}`,
    { ...setting, express, names: distributed ? new Map() : setting.names },
    report,
  )
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html (Label) */
function checkLabel(label: Json | undefined, place: string, report: Report): undefined {
  if (label === undefined) return
  if (typeof label !== 'string') return report('Value must be a string', `${place}/Label`)
  if (label.length > 40) report('Label cannot exceed 40 characters', `${place}/Label`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  const invalid = /[\s?*<>{}[\]:;,\\|^~$#%&`"\u0000-\u001f\u007f-\u009f]/u.exec(label)
  if (invalid !== null) report(`Label contains invalid character: '${invalid[0]}'`, `${place}/Label`)
}

function checkNumber(
  state: JsonObject,
  field: string,
  low: number,
  high: number,
  language: QueryLanguage,
  place: string,
  report: Report,
): undefined {
  const value = state[field]
  if (value === undefined || (language === 'JSONata' && typeof value === 'string' && value.startsWith('{%'))) return
  const location = `${place}/${field}`
  if (typeof value !== 'number' || !Number.isInteger(value)) report('Value must be an integer', location)
  else if (value < low) report(`Value must be greater than or equal to ${low}`, location)
  else if (value > high) report(`Value must be less than or equal to ${high}`, location)
}
