import { RE2JS } from 're2js'
import { notImplemented, own } from '../../../engine/index.ts'
import { formatError, validationError } from './errors.ts'
import type { Json, JsonObject } from './json.ts'
import type { Template } from './template.ts'

export interface GivenParameter {
  key: string
  value?: string
  usePrevious?: boolean
}

type Check = (declaration: JsonObject, value: string) => string | undefined

const number = (value: Json | undefined) => (value === undefined || value === null ? undefined : Number(value))

/** RE2 takes linear time whatever the pattern is; only look-around, which it does not know, is left to the backtracking engine. */
function matches(pattern: string, value: string): boolean {
  try {
    return RE2JS.matches(pattern, value)
  } catch {
    return new RegExp(`^(?:${pattern})$`).test(value)
  }
}

/** The sentences are CloudFormation's; a ConstraintDescription stands in for those about constraints. */
const constraints: Check[] = [
  ({ AllowedValues }, value) =>
    Array.isArray(AllowedValues) && !AllowedValues.some(allowed => String(allowed) === value)
      ? 'must be one of AllowedValues'
      : undefined,
  ({ AllowedPattern }, value) =>
    AllowedPattern !== undefined && !matches(String(AllowedPattern), value)
      ? `must match pattern ${String(AllowedPattern)}`
      : undefined,
  ({ MinLength }, value) =>
    value.length < (number(MinLength) ?? 0) ? `must contain at least ${MinLength} characters` : undefined,
  ({ MaxLength }, value) =>
    value.length > (number(MaxLength) ?? 4096) ? `must contain at most ${MaxLength ?? 4096} characters` : undefined,
  ({ MinValue }, value) =>
    Number(value) < (number(MinValue) ?? -Infinity) ? `must be a number not less than ${MinValue}` : undefined,
  ({ MaxValue }, value) =>
    Number(value) > (number(MaxValue) ?? Infinity) ? `must be a number not greater than ${MaxValue}` : undefined,
]

const isNumber = (text: string) => text.trim() !== '' && Number.isFinite(Number(text))

const items = (value: string) => (value === '' ? [] : value.split(',').map(item => item.trim()))

interface Kind {
  values(text: string): string[]
  resolve(text: string): Json
  numeric: boolean
}

const kinds: Record<string, Kind> = {
  String: { values: text => [text], resolve: text => text, numeric: false },
  Number: { values: text => [text], resolve: text => text, numeric: true },
  CommaDelimitedList: { values: items, resolve: items, numeric: false },
  'List<Number>': { values: items, resolve: items, numeric: true },
}

const declarationKeys = [
  ...['Type', 'Default', 'Description', 'NoEcho', 'AllowedValues', 'AllowedPattern', 'ConstraintDescription'],
  ...['MinLength', 'MaxLength', 'MinValue', 'MaxValue'],
]

function kindOf(name: string, declaration: JsonObject): Kind {
  const type = declaration.Type
  if (typeof type !== 'string') throw formatError('Every Parameters object must contain a Type member.')
  const kind = own(kinds, type)
  if (kind !== undefined) return kind
  if (/^AWS::|^List<AWS::/.test(type)) throw notImplemented(`the type ${type} of parameter ${name}`)
  throw formatError(`Unrecognized parameter type: ${type}`)
}

export function checkDeclarations(template: Template) {
  for (const [name, declaration] of Object.entries(template.parameters)) {
    kindOf(name, declaration)
    const unknown = Object.keys(declaration).filter(key => !declarationKeys.includes(key))
    if (unknown.length > 0) throw formatError(`Invalid template parameter property '${unknown[0]}'`)
    if (declaration.Default !== undefined) {
      const problem = problemOf(name, declaration, defaultOf(declaration) ?? '')
      if (problem !== undefined) throw validationError(problem)
    }
  }
}

export const isNoEcho = (declaration: JsonObject | undefined) => String(declaration?.NoEcho) === 'true'

export const defaultOf = (declaration: JsonObject) =>
  declaration.Default === undefined ? undefined : String(declaration.Default)

function problemOf(name: string, declaration: JsonObject, text: string): string | undefined {
  const kind = kindOf(name, declaration)
  for (const value of kind.values(text)) {
    if (kind.numeric && !isNumber(value)) return `Parameter '${name}' must be a number`
    const broken = constraints.map(check => check(declaration, value)).find(problem => problem !== undefined)
    if (broken === undefined) continue
    return typeof declaration.ConstraintDescription === 'string'
      ? `Parameter '${name}' failed to satisfy constraint: ${declaration.ConstraintDescription}`
      : `Parameter '${name}' ${broken}`
  }
  return undefined
}

/** The text of every parameter of the template: given, or the stack's former one, or the default. */
export function parameterValues(
  template: Template,
  given: readonly GivenParameter[],
  previous: Record<string, string>,
): Record<string, string> {
  const strangers = given.map(({ key }) => key).filter(key => template.parameters[key] === undefined)
  if (strangers.length > 0) throw validationError(`Parameters: [${strangers.join(', ')}] do not exist in the template`)
  const values: Record<string, string> = {}
  const missing: string[] = []
  for (const [name, declaration] of Object.entries(template.parameters)) {
    const entry = given.find(({ key }) => key === name)
    if (entry?.usePrevious && previous[name] === undefined) {
      throw validationError(
        `Invalid input for parameter key ${name}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
      )
    }
    const value = entry?.usePrevious ? previous[name] : (entry?.value ?? defaultOf(declaration))
    if (value === undefined) {
      missing.push(name)
      continue
    }
    const problem = problemOf(name, declaration, value)
    if (problem !== undefined) throw validationError(problem)
    values[name] = value
  }
  if (missing.length > 0) throw validationError(`Parameters: [${missing.join(', ')}] must have values`)
  return values
}

/** What Ref answers. */
export const parameterValue = (template: Template, name: string, text: string): Json =>
  kindOf(name, template.parameters[name] ?? {}).resolve(text)
