import type { RequestContext } from './context.ts'
import { isLiteral, toCode } from './wildcard.ts'

/**
 * A policy value with its variables. `resolve` gives the pattern code for one request, or undefined when a variable has no value.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export interface Template {
  /** The code itself when there is nothing to resolve. */
  readonly fixed?: string
  resolve(context: RequestContext): string | undefined
}

export interface TemplateOptions {
  /** Variables exist since version 2012-10-17; before it `${…}` is plain text. */
  readonly variables: boolean
  readonly wildcards: boolean
}

type Part = string | Variable

interface Variable {
  readonly key: string
  readonly otherwise?: string
}

const VARIABLE = /\$\{([^}]*)\}/g
const KEY = /^\s*([^,\s][^,]*?)\s*(?:,\s*'([^']*)'\s*)?$/
const ESCAPES = new Set(['*', '?', '$'])

export function parseTemplate(text: string, options: TemplateOptions): Template {
  const parts = options.variables ? partsOf(text, options.wildcards) : [encode(text, options.wildcards)]
  if (parts.every(part => typeof part === 'string')) {
    const fixed = parts.join('')
    return { fixed, resolve: () => fixed }
  }
  return { resolve: context => resolveParts(parts, context) }
}

function partsOf(text: string, wildcards: boolean): Part[] {
  const parts: Part[] = []
  let from = 0
  for (const match of text.matchAll(VARIABLE)) {
    parts.push(encode(text.slice(from, match.index), wildcards), toPart(match[0], match[1]!))
    from = match.index + match[0].length
  }
  parts.push(encode(text.slice(from), wildcards))
  return parts
}

function toPart(whole: string, inside: string): Part {
  if (ESCAPES.has(inside)) return inside
  const match = KEY.exec(inside)
  if (!match) return whole
  const key = match[1]!.toLowerCase()
  return match[2] === undefined ? { key } : { key, otherwise: match[2] }
}

/** A value with several elements cannot stand in for a variable, just as an absent one cannot. Values are literal: their `*` is a star. */
function resolveParts(parts: readonly Part[], context: RequestContext): string | undefined {
  let code = ''
  for (const part of parts) {
    const text = typeof part === 'string' ? part : substitute(part, context)
    if (text === undefined) return undefined
    code += text
  }
  return code
}

function substitute(variable: Variable, context: RequestContext): string | undefined {
  const values = context.get(variable.key)
  if (values?.length !== 1) return variable.otherwise
  // What a caller sends must not become a wildcard.
  return isLiteral(values[0]!) ? values[0] : undefined
}

function encode(text: string, wildcards: boolean): string {
  return wildcards ? toCode(text) : text
}
