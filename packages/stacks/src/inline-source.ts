import { readFileSync } from 'node:fs'
import { INLINE_SOURCE, type Template } from '@tripoint/pipeline'

const SOURCES: Readonly<Record<string, string>> = { deployer: './deployer/index.cjs' }

type Properties = { readonly [key: string]: Template }

/** Puts source text where a resource only names it. */
export const inlined = (properties: Properties): Properties =>
  Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, withSource(value)]))

function withSource(value: Template): Template {
  if (Array.isArray(value)) return value.map(withSource)
  if (typeof value !== 'object') return value
  const name = (value as Properties)[INLINE_SOURCE]
  return typeof name === 'string' ? source(name) : inlined(value as Properties)
}

function source(name: string): string {
  const path = SOURCES[name]
  if (path === undefined) throw new Error(`no inline source is called ${name}`)
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}
