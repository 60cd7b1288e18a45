import { own } from '../../../engine/index.ts'
import { type PropertyKind, readProperty, type Specification, specification } from './specification.ts'

type Found = { value: unknown; findings: string[] }

const plain = (value: unknown): Found => ({ value, findings: [] })

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const wrong = (path: string, value: unknown, expected: string): Found => {
  const found = Array.isArray(value)
    ? 'JSONArray'
    : isRecord(value)
      ? 'JSONObject'
      : typeof value === 'string'
        ? 'String'
        : typeof value
  return { value, findings: [`${path}: expected type: ${expected}, found: ${found}`] }
}

/** Parameters are text, so CloudFormation takes `"true"` for true and `"5"` for 5, and the other way round. */
const scalars: Record<string, (value: unknown, path: string) => Found> = {
  string: (value, path) =>
    typeof value === 'string'
      ? plain(value)
      : typeof value === 'object'
        ? wrong(path, value, 'String')
        : plain(String(value)),
  boolean: (value, path) =>
    typeof value === 'boolean'
      ? plain(value)
      : value === 'true' || value === 'false'
        ? plain(value === 'true')
        : wrong(path, value, 'Boolean'),
  number: (value, path) => numeric(value, path, 'Number'),
  integer: (value, path) => numeric(value, path, 'Integer'),
  json: value => plain(value),
  tag: (value, path) => members(value, path, tagProperties, {}),
}

const tagProperties = { Key: 'string required', Value: 'string required' }

function numeric(value: unknown, path: string, expected: string): Found {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number)) return wrong(path, value, expected)
  return expected === 'Integer' && !Number.isInteger(number) ? wrong(path, value, expected) : plain(number)
}

type Definitions = Specification['definitions']

function shaped(value: unknown, path: string, kinds: string[], definitions: Definitions): Found {
  let first: Found | undefined
  for (const kind of kinds) {
    const found = ofKind(value, path, kind, definitions)
    if (found.findings.length === 0) return found
    first ??= found
  }
  return first ?? plain(value)
}

function ofKind(value: unknown, path: string, kind: string, definitions: Definitions): Found {
  if (kind.startsWith('[')) return listed(value, path, kind.slice(1, -1).split('|'), definitions)
  if (kind.startsWith('{')) return keyed(value, path, kind.slice(1, -1).split('|'), definitions)
  if (kind.startsWith('#')) return members(value, path, definitions[kind.slice(1)], definitions)
  return own(scalars, kind)?.(value, path) ?? plain(value)
}

function listed(value: unknown, path: string, kinds: string[], definitions: Definitions): Found {
  if (!Array.isArray(value)) return wrong(path, value, 'JSONArray')
  const found = value.map((item, index) => shaped(item, `${path}/${index}`, kinds, definitions))
  return { value: found.map(item => item.value), findings: found.flatMap(item => item.findings) }
}

function keyed(value: unknown, path: string, kinds: string[], definitions: Definitions): Found {
  if (!isRecord(value)) return wrong(path, value, 'JSONObject')
  const found = Object.entries(value).map(
    ([key, item]) => [key, shaped(item, `${path}/${key}`, kinds, definitions)] as const,
  )
  return {
    value: Object.fromEntries(found.map(([key, item]) => [key, item.value])),
    findings: found.flatMap(([, item]) => item.findings),
  }
}

function members(
  value: unknown,
  path: string,
  properties: Record<string, string> | undefined,
  definitions: Definitions,
): Found {
  if (!isRecord(value)) return wrong(path, value, 'JSONObject')
  if (properties === undefined) return plain(value)
  const findings: string[] = []
  const result: Record<string, unknown> = {}
  for (const [name, text] of Object.entries(properties)) {
    if (readProperty(text).required && value[name] === undefined)
      findings.push(`${path}: required key [${name}] not found`)
  }
  for (const [name, item] of Object.entries(value)) {
    const text = properties[name]
    if (text === undefined) {
      findings.push(`${path}: extraneous key [${name}] is not permitted`)
      continue
    }
    const found = shaped(item, `${path}/${name}`, kindsOf(text), definitions)
    result[name] = found.value
    findings.push(...found.findings)
  }
  return { value: result, findings }
}

/** `[string|integer]` is one kind; `json|string` are two. */
const kindsOf = (text: string): PropertyKind['kinds'] => {
  const [types = ''] = text.split(' ')
  return /^[[{]/.test(types) && /[\]}]$/.test(types) ? [types] : readProperty(text).kinds
}

/** The properties as the type's schema wants them, or everything that is wrong with them. */
export function checkProperties(
  type: string,
  properties: Record<string, unknown>,
): { properties: Record<string, unknown>; findings: string[] } {
  const known = specification(type)
  if (known === undefined) return { properties, findings: [] }
  const { value, findings } = members(properties, '#', known.properties, known.definitions)
  return { properties: value as Record<string, unknown>, findings }
}
