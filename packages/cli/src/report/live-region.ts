export interface TerminalStream {
  isTTY?: boolean
  columns?: number
  rows?: number
  write(text: string): unknown
}

export interface LiveRegion {
  /** Replaces the lines at the bottom. */
  draw(lines: readonly string[]): void
  /** Writes above the lines; they are gone until they are drawn again. */
  write(text: string): void
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what a colour begins with
const colourOrLetter = /\u001b\[[\d;]*m|./gsu
const isColour = (part: string) => part.length > 1 && part.startsWith('\u001b')

/** Cuts a line to what fits without wrapping; colours take no place. */
export function fit(text: string, columns: number): string {
  const parts = text.match(colourOrLetter) ?? []
  const letters = parts.filter(part => !isColour(part)).length
  if (letters <= columns) return text
  let at = 0
  return parts.map(part => (isColour(part) || ++at < columns ? part : at === columns ? '…' : '')).join('')
}

/** The last lines of a terminal, rewritten in place. */
export function liveRegion(stream: TerminalStream): LiveRegion {
  let height = 0
  const erase = () => {
    const up = height > 1 ? `\u001b[${height - 1}A` : ''
    const text = height === 0 ? '' : `\r${up}\u001b[J`
    height = 0
    return text
  }
  return {
    draw(lines) {
      const shown = lines.slice(0, Math.max(1, (stream.rows ?? 24) - 1))
      const text = erase() + shown.map(line => fit(line, (stream.columns ?? 80) - 1)).join('\n')
      height = shown.length
      if (text !== '') stream.write(text)
    },
    write(text) {
      const all = erase() + text
      if (all !== '') stream.write(all)
    },
  }
}
