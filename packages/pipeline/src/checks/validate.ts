import { z } from 'zod'
import { type Definition, definitionSchema } from '../definition/schema.ts'
import { type Finding, InvalidDefinition } from './finding.ts'
import { lineFindings } from './line-findings.ts'

export type Checked =
  | { readonly definition: Definition; readonly findings: readonly [] }
  | { readonly definition?: undefined; readonly findings: readonly Finding[] }

/** Everything that is wrong, at once: fields first, then what fields say about each other. */
export function checkDefinition(input: unknown): Checked {
  const parsed = definitionSchema.safeParse(input)
  const fields = parsed.success ? [] : parsed.error.issues.flatMap(issue => findingsOf(issue, input))
  const spoiled = new Set(fields.map(finding => finding.path))
  const findings = [...fields, ...lineFindings(input).filter(finding => !spoiled.has(finding.path))]
  if (parsed.success && findings.length === 0) return { definition: parsed.data, findings: [] }
  return { findings }
}

export function validated(input: unknown): Definition {
  const checked = checkDefinition(input)
  if (checked.definition === undefined) throw new InvalidDefinition(checked.findings)
  return checked.definition
}

type Issue = z.core.$ZodIssue

function findingsOf(issue: Issue, input: unknown): Finding[] {
  const path = issue.path
  const value = valueAt(input, path)
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => unknownKey([...path, key], input))
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined)
    return [
      {
        path: showPath(path),
        value,
        allowed: 'what train(…), approve() or deployEndpoint(…) returns',
        cure: 'use one of these three',
      },
    ]
  if (issue.code === 'invalid_key')
    return [
      {
        path: showPath(path),
        value: path.at(-1),
        allowed: 'lower-case letters, digits and hyphens',
        cure: 'rename the role that the account plays',
      },
    ]
  return [{ path: showPath(path), value, ...(ruleAt(path, input) ?? { allowed: issue.message, cure: 'correct it' }) }]
}

function unknownKey(path: readonly PropertyKey[], input: unknown): Finding {
  const owner = unwrapped(schemaAt(path.slice(0, -1), input), valueAt(input, path.slice(0, -1)))
  const known = owner instanceof z.ZodObject ? Object.keys(owner.shape).filter(key => key !== 'kind') : []
  return {
    path: showPath(path),
    value: valueAt(input, path),
    allowed: known.join(', '),
    cure: 'remove it, or correct its spelling',
  }
}

interface Rule {
  readonly allowed: string
  readonly cure: string
}

function ruleAt(path: readonly PropertyKey[], input: unknown): Rule | undefined {
  for (let schema = schemaAt(path, input); schema !== undefined; schema = inner(schema)) {
    const meta = schema.meta()
    if (typeof meta?.allowed === 'string') return { allowed: meta.allowed, cure: String(meta.cure) }
    if (schema instanceof z.ZodObject)
      return {
        allowed: `an object with ${Object.keys(schema.shape).join(', ')}`,
        cure: 'see the example in the README',
      }
    if (schema instanceof z.ZodRecord || schema instanceof z.ZodArray)
      return { allowed: schema instanceof z.ZodArray ? 'a list' : 'an object', cure: 'see the example in the README' }
  }
  return undefined
}

/** The schema of the field at a path; a union's member is the one that the value's `kind` names. */
function schemaAt(path: readonly PropertyKey[], input: unknown): z.ZodType | undefined {
  let schema: z.ZodType | undefined = definitionSchema
  path.forEach((key, at) => {
    const owner: z.ZodType | undefined = unwrapped(schema, valueAt(input, path.slice(0, at)))
    if (owner instanceof z.ZodObject) schema = owner.shape[String(key)]
    else if (owner instanceof z.ZodRecord) schema = owner.valueType as z.ZodType
    else if (owner instanceof z.ZodArray) schema = owner.element as z.ZodType
    else schema = undefined
  })
  return schema
}

function unwrapped(schema: z.ZodType | undefined, value?: unknown): z.ZodType | undefined {
  let found = schema
  while (found !== undefined) {
    if (found instanceof z.ZodDiscriminatedUnion) {
      const options: readonly z.ZodType[] = found.options as readonly z.ZodType[]
      found = options.find(option => option instanceof z.ZodObject && kindOf(option) === property(value, 'kind'))
    }
    const next: z.ZodType | undefined = found && inner(found)
    if (next === undefined) return found
    found = next
  }
  return undefined
}

const kindOf = (option: z.ZodObject): unknown => {
  const kind = option.shape.kind
  return kind instanceof z.ZodLiteral ? kind.value : undefined
}

const inner = (schema: z.ZodType): z.ZodType | undefined =>
  schema instanceof z.ZodDefault || schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : undefined

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce((value: unknown, key) => property(value, key), input)

const property = (value: unknown, key: PropertyKey): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined

const showPath = (path: readonly PropertyKey[]): string =>
  path
    .map(key => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '')
