import { isObject, type Json } from '../language/json.ts'
import type { Machine } from '../language/machine.ts'
import type { Finding } from './finding.ts'
import { parseJsonText } from './json-text.ts'
import { checkMachine } from './machine-check.ts'

export type MachineType = 'STANDARD' | 'EXPRESS'

export type Parsed = { machine: Machine; findings: [] } | { machine?: undefined; findings: [Finding, ...Finding[]] }

/** From the text of a definition to a machine, or to everything that is wrong with it. */
export function parseDefinition(text: string, type: MachineType = 'STANDARD'): Parsed {
  const json = parseJsonText(text)
  if ('error' in json) {
    const location = `[Source: (String)"${text}"; line: ${json.error.line}, column: ${json.error.column}]`
    const message = `${json.error.message}\n at ${location}`
    return { findings: [{ severity: 'ERROR', code: 'INVALID_JSON_DESCRIPTION', message, location }] }
  }
  const findings = checkDefinition(json.value, type)
  const [first, ...rest] = findings
  return first === undefined
    ? { machine: json.value as unknown as Machine, findings: [] }
    : { findings: [first, ...rest] }
}

function checkDefinition(value: Json, type: MachineType): Finding[] {
  const findings: Finding[] = []
  const report = (message: string, location: string, code: Finding['code'] = 'SCHEMA_VALIDATION_FAILED'): undefined => {
    findings.push({ severity: 'ERROR', code, message, location })
  }
  if (isObject(value)) checkMachine(value, type, report)
  else report('A state machine definition must be a JSON object', '/')
  return findings
}
