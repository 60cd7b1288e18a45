import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** One call as it was made; `fake` is the ARN that later calls name what it made by. */
export interface Call {
  op: string
  params: { [key: string]: Json }
  fake?: string | null
  raises?: true
}

/** What was compared under `key`: the answer to a call, or a value put together from several. */
export interface Observation {
  key: string
  step: number | null
  literal: Json
}

export interface Scenario {
  id: string
  steps: Call[]
  matches: Observation[]
  /** AWS's answers by key. */
  expected: Record<string, Json>
  /** `20-11-2024, 14:37:01`. */
  recorded: string
}

/** The path that all recordings begin with says nothing. */
export const shortId = ({ id }: Scenario): string => id.split('stepfunctions/v2/').at(-1) as string

export const readScenarios = (): Scenario[] =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'scenarios.json'), 'utf8')) as Scenario[]

export const isObject = (value: unknown): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}
