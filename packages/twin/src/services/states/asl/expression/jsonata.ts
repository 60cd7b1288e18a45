import jsonata from 'jsonata'
import { queryFailure, StateFailure } from '../language/failure.ts'
import { isObject, type Json, setKey } from '../language/json.ts'
import { type Chance, hash, partition, range, seeded } from './intrinsics.ts'
import { LinearRegex } from './regex.ts'

export interface QueryScope extends Chance {
  /** `$states`: input, context, result, errorOutput. */
  states: Record<string, Json>
  variables: Readonly<Record<string, Json>>
  /** Milliseconds: `$millis()` and `$now()`. */
  now: number
}

/** Time and depth of one evaluation; AWS's own limits are not published. */
const guards = {
  timeout: 2_000,
  stack: 500,
  sequence: 1_000_000,
  RegexEngine: LinearRegex as unknown as RegExpConstructor,
}

export const isQuery = (text: string): boolean => text.startsWith('{%') && text.endsWith('%}') && text.length >= 4

const inside = (text: string) => text.slice(2, -2).trim()

/** A string's syntax error, or undefined. */
export function querySyntaxError(text: string): string | undefined {
  try {
    jsonata(inside(text))
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

/** Fills every `{% … %}` of a template; `field` is the place that AWS names: `Output/result`. */
export async function fillQuery(template: Json, field: string, scope: QueryScope): Promise<Json> {
  if (typeof template === 'string') return isQuery(template) ? evaluate(inside(template), field, scope) : template
  if (Array.isArray(template)) {
    const items: Json[] = []
    for (const [index, item] of template.entries()) items.push(await fillQuery(item, `${field}[${index}]`, scope))
    return items
  }
  if (!isObject(template)) return template
  const filled = {}
  for (const [key, value] of Object.entries(template))
    setKey(filled, key, await fillQuery(value, `${field}/${key}`, scope))
  return filled
}

async function evaluate(source: string, field: string, scope: QueryScope): Promise<Json> {
  const about = `The JSONata expression '${source}' specified for the field '${field}'`
  let value: unknown
  try {
    const expression = jsonata(source, guards)
    extend(expression, scope)
    value = await expression.evaluate(undefined, { ...scope.variables, states: scope.states })
  } catch (error) {
    if (error instanceof StateFailure) throw error
    throw queryFailure(`${about} threw an error during evaluation. ${messageOf(error)}`, field)
  }
  if (value === undefined) throw queryFailure(`${about} returned nothing (undefined).`, field)
  if (typeof value === 'function' || isFunctionValue(value))
    throw queryFailure(`${about} returned an unsupported result type.`, field)
  // Sequences are arrays with properties of their own, and results share structure with the input.
  return JSON.parse(JSON.stringify(value)) as Json
}

const isFunctionValue = (value: unknown) =>
  typeof value === 'object' && value !== null && ('_jsonata_lambda' in value || '_jsonata_function' in value)

/** https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn */
function extend(expression: jsonata.Expression, scope: QueryScope): void {
  const add = (name: string, run: (...args: never[]) => unknown, signature?: string) =>
    expression.registerFunction(name, run as (...args: unknown[]) => unknown, signature)
  expression.assign('eval', undefined)
  add('millis', () => scope.now, '<:n>')
  expression.registerFunction('now', now(scope), '<s?s?:s>')
  add('random', (seed?: number) => (seed === undefined ? scope.random() : seeded(seed)), '<n?:n>')
  add('uuid', () => scope.uuid(), '<:s>')
  add('hash', (data: Json, algorithm: string) => hash(data, algorithm), '<xs:s>')
  add('partition', (list: Json[], size: number) => partition(list, Math.floor(size)), '<an:a>')
  add('range', (start: number, end: number, step: number) => range(start, end, step), '<nnn:a>')
  add('parse', (text: string) => JSON.parse(text) as Json, '<s:x>')
}

/** jsonata's own formatting, of the time that is given instead of the machine's. */
const now = (scope: QueryScope) =>
  function (this: jsonata.Focus, picture?: string, zone?: string): unknown {
    const format = this.environment.lookup('fromMillis') as { implementation(...args: unknown[]): unknown }
    return format.implementation.call(this, scope.now, picture, zone)
  }

function messageOf(error: unknown): string {
  if (error instanceof RangeError) return 'the expression is nested too deeply'
  const { code, message } = error as { code?: string; message?: string }
  return code === undefined ? String(message ?? error) : `${code}: ${message}`
}

interface Node {
  type?: string
  value?: unknown
  name?: unknown
  arguments?: { value?: unknown }[]
}

/** The variables that the expressions in a template read, without `$states` and what the expression binds itself. */
export function queryVariables(template: Json): string[] {
  if (typeof template === 'string') return isQuery(template) ? variablesOf(inside(template)) : []
  if (Array.isArray(template)) return template.flatMap(queryVariables)
  return isObject(template) ? Object.values(template).flatMap(queryVariables) : []
}

function variablesOf(source: string): string[] {
  const read = new Set<string>()
  const bound = new Set<string>(['states', '', '$'])
  const visit = (node: unknown, calls: boolean): void => {
    if (Array.isArray(node)) for (const item of node) visit(item, false)
    else if (typeof node === 'object' && node !== null) {
      const { type, value } = node as Node
      if (type === 'variable' && typeof value === 'string' && !calls) read.add(value)
      if (type === 'bind') bound.add(String((node as { lhs?: Node }).lhs?.value))
      if (type === 'lambda') for (const item of (node as Node).arguments ?? []) bound.add(String(item.value))
      for (const [key, child] of Object.entries(node)) visit(child, key === 'procedure')
    }
  }
  try {
    visit(jsonata(source).ast(), false)
  } catch {
    return []
  }
  return [...read].filter(name => !bound.has(name))
}
