/** The pieces of an Fn::Sub string; `${!Name}` stands for the text `${Name}`. */
export type Piece = { readonly text: string } | { readonly name: string }

export function pieces(pattern: string): Piece[] {
  const found: Piece[] = []
  let rest = 0
  for (const match of pattern.matchAll(/\$\{([^}]*)\}/g)) {
    if (match.index > rest) found.push({ text: pattern.slice(rest, match.index) })
    const name = (match[1] ?? '').trim()
    found.push(name.startsWith('!') ? { text: `\${${name.slice(1)}}` } : { name })
    rest = match.index + match[0].length
  }
  if (rest < pattern.length) found.push({ text: pattern.slice(rest) })
  return found
}
