import { jsonpath } from 'json-p3'
import { own } from '../../../../engine/index.ts'
import { isObject, type Json, ownKey } from '../language/json.ts'

/** What a path may refer to: `$…` the data, `$$…` the context object, `$name…` a variable. */
export interface PathScope {
  data: Json
  context: Json
  variables: Readonly<Record<string, Json>>
}

type Step = { name: string } | { index: number }

interface Compiled {
  root: { kind: 'data' } | { kind: 'context' } | { kind: 'variable'; name: string }
  /** Steps of a path that names at most one place. */
  steps?: Step[]
  /** The same path in RFC 9535's spelling, where it may name many. */
  query?: string
  /** A trailing `.length()`. */
  aggregate?: string
}

export class InvalidPath extends Error {}

const variable = /^\$([\p{ID_Start}_][\p{ID_Continue}]*)/u
const aggregates: Record<string, (values: Json[]) => Json> = {
  length: values => values.length,
  min: values => Math.min(...numbers(values)),
  max: values => Math.max(...numbers(values)),
  sum: values => numbers(values).reduce((a, b) => a + b, 0),
  avg: values => numbers(values).reduce((a, b) => a + b, 0) / numbers(values).length,
}
const numbers = (values: Json[]) => values.filter(value => typeof value === 'number')

const cache = new Map<string, Compiled>()

export function compilePath(path: string): Compiled {
  const known = cache.get(path)
  if (known !== undefined) return known
  const compiled = parse(path)
  if (cache.size > 5_000) cache.clear()
  cache.set(path, compiled)
  return compiled
}

function parse(path: string): Compiled {
  const named = variable.exec(path)
  const [root, start]: [Compiled['root'], number] = path.startsWith('$$')
    ? [{ kind: 'context' }, 2]
    : named === null
      ? [{ kind: 'data' }, 1]
      : [{ kind: 'variable', name: named[1] as string }, named[0].length]
  if (!path.startsWith('$')) throw new InvalidPath(`Path must start with '$': ${path}`)
  const steps: Step[] = []
  let query = '$'
  let definite = true
  let at = start
  const push = (step: Step) => {
    steps.push(step)
    query += 'name' in step ? `['${step.name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']` : `[${step.index}]`
  }
  while (at < path.length) {
    if (path[at] === '.') {
      const deep = path[at + 1] === '.'
      at += deep ? 2 : 1
      if (deep) {
        query += '..'
        definite = false
      }
      if (deep && path[at] === '[') continue
      const end = nameEnd(path, at)
      const name = path.slice(at, end)
      if (name === '') throw new InvalidPath(`Path must not end with a '.' or '..': ${path}`)
      at = end
      const call = /^\(\)$/.test(path.slice(at))
      if (call && name in aggregates) return { root, ...(definite ? { steps } : { query }), aggregate: name }
      if (name === '*') {
        query += deep ? '*' : '[*]'
        definite = false
      } else if (deep) query += `['${name.replaceAll("'", "\\'")}']`
      else push({ name })
    } else if (path[at] === '[') {
      const end = closing(path, at)
      const inner = path.slice(at + 1, end).trim()
      at = end + 1
      const quoted = /^'((?:[^'\\]|\\.)*)'$|^"((?:[^"\\]|\\.)*)"$/.exec(inner)
      if (quoted !== null) push({ name: (quoted[1] ?? quoted[2] ?? '').replaceAll("\\'", "'") })
      else if (/^-?\d+$/.test(inner)) push({ index: Number(inner) })
      else {
        definite = false
        query += `[${inner.replace(/(?<=[\s(!=<>&|])@\.([\p{L}_][\p{L}\p{N}_]*-[\p{L}\p{N}_-]*)/gu, "@['$1']")}]`
      }
    } else throw new InvalidPath(`Unexpected '${path[at]}' at position ${at} in path ${path}`)
  }
  if (!definite) {
    try {
      jsonpath.compile(query)
    } catch (error) {
      throw new InvalidPath((error as Error).message)
    }
  }
  return { root, ...(definite ? { steps } : { query }) }
}

/** AWS's dialect takes nearly every character in `.name`: `$.delivery-partner`. */
function nameEnd(path: string, from: number): number {
  let end = from
  while (end < path.length && !'.[('.includes(path[end] as string)) end++
  return end
}

function closing(path: string, from: number): number {
  let depth = 0
  let quote = ''
  for (let at = from; at < path.length; at++) {
    const char = path[at] as string
    if (quote !== '') {
      if (char === '\\') at++
      else if (char === quote) quote = ''
    } else if (char === "'" || char === '"') quote = char
    else if (char === '[') depth++
    else if (char === ']' && --depth === 0) return at
  }
  throw new InvalidPath(`Could not find the closing bracket in path ${path}`)
}

/** Undefined: there is nothing at that place. A path that may name many places answers a list, perhaps empty. */
export function lookup(path: string, scope: PathScope): Json | undefined {
  const { root, steps, query, aggregate } = compilePath(path)
  const start: Json | undefined =
    root.kind === 'data'
      ? scope.data
      : root.kind === 'context'
        ? scope.context
        : ownKey(scope.variables as Record<string, Json>, root.name)
  if (start === undefined) return undefined
  const found = steps === undefined ? (jsonpath.query(query as string, start).values() as Json[]) : walk(start, steps)
  if (aggregate === undefined || found === undefined) return found
  if (isObject(found) && aggregate === 'length') return Object.keys(found).length
  return Array.isArray(found) ? own(aggregates, aggregate)?.(found) : undefined
}

function walk(start: Json, steps: readonly Step[]): Json | undefined {
  let value: Json | undefined = start
  for (const step of steps) {
    if (value === undefined) return undefined
    if ('name' in step) value = isObject(value) ? ownKey(value, step.name) : undefined
    else value = Array.isArray(value) ? value.at(step.index) : undefined
  }
  return value
}

/** The variable that a path reads, for a state's list of references. */
export const pathVariable = (path: string): string | undefined => {
  const { root } = compilePath(path)
  return root.kind === 'variable' ? root.name : undefined
}
