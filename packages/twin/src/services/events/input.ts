import type { Target } from '@aws-sdk/client-eventbridge'
import { own } from '../../engine/index.ts'
import { validation } from './errors.ts'

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html

interface Source {
  rule: { arn: string; name: string }
  event: unknown
  ingested: string
}

/** What the target receives: JSON text. */
export function inputOf(target: Target, source: Source): string {
  if (target.Input !== undefined) return target.Input
  if (target.InputPath !== undefined) return JSON.stringify(at(source.event, target.InputPath) ?? {})
  if (target.InputTransformer !== undefined) return transform(target.InputTransformer, source)
  return JSON.stringify(source.event)
}

const pathRule = /^\$(?:\.[\w-]+|\['[^']+'\]|\[\d+\])*$/

export function checkPath(path: string): void {
  if (!pathRule.test(path)) throw validation(`Invalid InputPath or InputPathsMap value: ${path}`)
}

function at(value: unknown, path: string): unknown {
  const steps = [...path.matchAll(/\.([\w-]+)|\['([^']+)'\]|\[(\d+)\]/g)].map(([, a, b, c]) => a ?? b ?? c ?? '')
  return steps.reduce<unknown>((inner, step) => (inner as Record<string, unknown> | null | undefined)?.[step], value)
}

/** A variable inside quotes is its text; outside it is its JSON. */
function transform(
  { InputPathsMap = {}, InputTemplate = '' }: NonNullable<Target['InputTransformer']>,
  source: Source,
): string {
  const predefined: Record<string, unknown> = {
    'aws.events.rule-arn': source.rule.arn,
    'aws.events.rule-name': source.rule.name,
    'aws.events.event.ingestion-time': source.ingested,
    'aws.events.event': source.event,
    'aws.events.event.json': source.event,
  }
  const value = (name: string): { found: boolean; value: unknown } => {
    if (name in predefined) return { found: true, value: predefined[name] }
    const path = own(InputPathsMap, name)
    return { found: path !== undefined, value: path === undefined ? undefined : at(source.event, path) }
  }
  let quoted = false
  return InputTemplate.replace(/\\.|"|<([\w.-]+)>/gs, (part, name: string | undefined) => {
    if (part === '"') quoted = !quoted
    if (name === undefined) return part
    const variable = value(name)
    if (!variable.found) return part
    if (!quoted) return JSON.stringify(variable.value ?? null)
    const text =
      typeof variable.value === 'string'
        ? variable.value
        : variable.value === undefined
          ? ''
          : JSON.stringify(variable.value)
    return JSON.stringify(text).slice(1, -1)
  })
}
