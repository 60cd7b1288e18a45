import { isObject, type Json, type JsonObject, setKey } from '../language/json.ts'
import { compilePath } from './path.ts'

/** Puts `result` where a Reference Path points in `input`, making objects on the way (ResultPath). Undefined: it cannot. */
export function putAt(input: Json, path: string, result: Json): Json | undefined {
  const steps = compilePath(path).steps
  if (steps === undefined) return undefined
  if (steps.length === 0) return result
  const root: Json = structuredClone(input)
  let parent: Json = root
  for (const [index, step] of steps.entries()) {
    const final = index === steps.length - 1
    if ('index' in step) {
      if (!Array.isArray(parent) || step.index < 0 || step.index >= parent.length) return undefined
      if (final) parent[step.index] = result
      else parent = parent[step.index] as Json
      continue
    }
    if (!isObject(parent)) return undefined
    if (final) setKey(parent, step.name, result)
    else {
      const child: Json | undefined = Object.hasOwn(parent, step.name) ? parent[step.name] : undefined
      const next: JsonObject | Json[] = isObject(child) || Array.isArray(child) ? child : {}
      if (next !== child) setKey(parent, step.name, next)
      parent = next
    }
  }
  return root
}
