import { templateError } from './errors.ts'

export type SubPart = { literal: string; name?: never } | { name: string; literal?: never }

/** The pieces of an Fn::Sub string; `${!Name}` stands for the text `${Name}`. */
export function subParts(pattern: string): SubPart[] {
  const parts: SubPart[] = []
  let rest = 0
  for (const match of pattern.matchAll(/\$\{([^}]*)\}/g)) {
    parts.push({ literal: pattern.slice(rest, match.index) })
    const name = (match[1] ?? '').trim()
    if (name.startsWith('!')) parts.push({ literal: `\${${name.slice(1)}}` })
    else if (/^[A-Za-z0-9_.:]+$/.test(name)) parts.push({ name })
    else {
      throw templateError(
        'variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons',
      )
    }
    rest = match.index + match[0].length
  }
  return [...parts, { literal: pattern.slice(rest) }]
}
