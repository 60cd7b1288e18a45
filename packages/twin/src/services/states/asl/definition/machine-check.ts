import { isObject, type JsonObject } from '../language/json.ts'
import type { QueryLanguage } from '../language/machine.ts'
import type { Report } from './finding.ts'
import { checkState } from './state-check.ts'

interface Setting {
  express: boolean
  language: QueryLanguage
  /** State names of the whole machine: they are unique across branches and processors. */
  names: Map<string, string>
}

const machineFields = ['Comment', 'StartAt', 'States', 'Version', 'TimeoutSeconds', 'QueryLanguage']
const languages = ['JSONPath', 'JSONata']

export function checkMachine(machine: JsonObject, type: 'STANDARD' | 'EXPRESS', report: Report): undefined {
  for (const field of Object.keys(machine))
    if (!machineFields.includes(field)) report(`The field '${field}' is not supported by Step Functions`, '/')
  if (machine.Version !== undefined && machine.Version !== '1.0')
    report("The value of 'Version' must be '1.0'", '/Version')
  if (machine.QueryLanguage !== undefined && !languages.includes(machine.QueryLanguage as string))
    report(`Value is not valid. Must be one of: [${languages.join(', ')}]`, '/QueryLanguage')
  if (machine.TimeoutSeconds !== undefined) checkWhole(machine.TimeoutSeconds, 1, 99_999_999, '/TimeoutSeconds', report)
  const language = machine.QueryLanguage === 'JSONata' ? 'JSONata' : 'JSONPath'
  checkProgram(machine, '', { express: type === 'EXPRESS', language, names: new Map() }, report)
}

/** A machine, a branch or a processor: StartAt and States. */
function checkProgram(program: JsonObject, location: string, setting: Setting, report: Report): undefined {
  const absent = ['States', 'StartAt'].filter(field => program[field] === undefined)
  if (absent.length > 0) report(`These fields are required: [${absent.join(', ')}]`, location === '' ? '/' : location)
  const { States: states, StartAt: startAt } = program
  if (states !== undefined && !isObject(states)) report('Value must be an object', `${location}/States`)
  if (startAt !== undefined && typeof startAt !== 'string') report('Value must be a string', `${location}/StartAt`)
  if (!isObject(states)) return
  if (Object.keys(states).length === 0) report('Value cannot be empty', `${location}/States`)
  if (typeof startAt === 'string' && !Object.hasOwn(states, startAt))
    report(`Missing 'Next' target: ${startAt}`, `${location}/StartAt`, 'MISSING_TRANSITION_TARGET')
  for (const [name, state] of Object.entries(states)) {
    const place = `${location}/States/${name}`
    const twin = setting.names.get(name)
    if (twin !== undefined) report(`Duplicate State name: ${name}`, place, 'DUPLICATE_STATE_NAME')
    setting.names.set(name, place)
    if (name.length > 80) report('State name must not be longer than 80 characters', place)
    if (isObject(state)) checkState(state, place, setting, states, report, checkProgram)
    else report('Value must be an object', place)
  }
  checkReachable(states, startAt, location, report)
}

function checkReachable(states: JsonObject, startAt: unknown, location: string, report: Report): undefined {
  if (typeof startAt !== 'string' || !Object.hasOwn(states, startAt)) return
  const reached = new Set<string>()
  const visit = (name: string) => {
    const state = states[name]
    if (reached.has(name) || !isObject(state)) return
    reached.add(name)
    for (const target of targetsOf(state)) visit(target)
  }
  visit(startAt)
  for (const name of Object.keys(states))
    if (!reached.has(name))
      report(`State "${name}" is not reachable.`, `${location}/States/${name}`, 'MISSING_TRANSITION_TARGET')
}

function targetsOf(state: JsonObject): string[] {
  const nested = [state.Choices, state.Catch].flatMap(list => (Array.isArray(list) ? list : []))
  return [state, ...nested]
    .flatMap(item => (isObject(item) ? [item.Next, item.Default] : []))
    .filter(name => typeof name === 'string')
}

function checkWhole(value: unknown, low: number, high: number, location: string, report: Report): undefined {
  if (typeof value !== 'number' || !Number.isInteger(value)) report('Value must be an integer', location)
  else if (value < low) report(`Value must be greater than or equal to ${low}`, location)
  else if (value > high) report(`Value must be less than or equal to ${high}`, location)
}
