import { jsonLines } from '../json-lines.ts'
import { visible } from '../visible.ts'

export type Format = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** Colours, where the reader's terminal takes them. */
export type Paint = (format: Format, text: string) => string

/** Lines that fit a width. Words that do not, ARNs above all, stay whole: they are copied. */
export interface Paper {
  /** A line of its own at this indent; what does not fit goes on below it, deeper. */
  say(indent: number, text: string, format?: Format): void
  /** The same, with a mark in colour before it. */
  mark(indent: number, mark: string, format: Format, text: string): void
  /** Links of a chain, as many on a line as fit. */
  chain(indent: number, mark: string, format: Format, links: readonly string[]): void
  json(indent: number, text: string): void
  gap(): void
  /** Is it said for the first time? */
  isNew(what: string): boolean
  text(): string
}

export function paper(paint: Paint, width: number): Paper {
  const lines: string[] = []
  const said = new Set<string>()
  const put = (indent: number, text: string, format?: Format) =>
    lines.push(`${' '.repeat(indent)}${format === undefined ? visible(text) : paint(format, visible(text))}`)
  const gap = () => {
    if (lines.length > 0 && lines.at(-1) !== '') lines.push('')
  }
  const say = (indent: number, text: string, format?: Format) => {
    const [first = '', ...rest] = wrapped(text, width - indent, width - indent - 2)
    put(indent, first, format)
    for (const line of rest) put(indent + 2, line, format)
  }
  return {
    say,
    mark(indent, mark, format, text) {
      const [first = '', ...rest] = wrapped(text, width - indent - mark.length - 1, width - indent - 4)
      lines.push(`${' '.repeat(indent)}${paint(format, mark)} ${visible(first)}`)
      for (const line of rest) put(indent + 4, line)
    },
    chain(indent, mark, format, links) {
      const rows: string[] = []
      for (const link of links) {
        const row = `${rows.at(-1)} ${link}`
        if (rows.length > 0 && row.length <= width - indent - (rows.length === 1 ? mark.length + 1 : 4))
          rows[rows.length - 1] = row
        else rows.push(link)
      }
      // A link that is wider than the page is broken as a sentence is.
      const [first = '', ...rest] = rows.flatMap((row, at) => {
        const room = width - indent - (at === 0 ? mark.length + 1 : 4)
        return wrapped(row, room, room - 2)
      })
      lines.push(`${' '.repeat(indent)}${paint(format, mark)} ${visible(first)}`)
      for (const row of rest) put(indent + 4, row)
    },
    json(indent, text) {
      for (const line of jsonLines(text, width - indent)) put(indent, line, 'dim')
    },
    gap,
    isNew(what) {
      const size = said.size
      return said.add(what).size > size
    },
    text: () => `${lines.join('\n').trimEnd()}\n`,
  }
}

function wrapped(text: string, first: number, below: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    const room = lines.length === 0 ? first : below
    if (line === '' || line.length + 1 + word.length <= room) line = line === '' ? word : `${line} ${word}`
    else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line]
}
