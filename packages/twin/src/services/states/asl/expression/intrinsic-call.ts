import type { Json } from '../language/json.ts'

/** The syntax of `States.Format('{} is {}', $.name, 3)`: Appendix B of the States Language. */
export type Argument = { call: string; arguments: Argument[] } | { path: string } | { value: Json }

export class InvalidIntrinsic extends Error {}

export function parseIntrinsic(text: string): Argument {
  const reader = new Reader(text)
  const argument = reader.argument()
  reader.space()
  if (!reader.done()) throw new InvalidIntrinsic(`Unexpected '${reader.rest()}' in ${text}`)
  return argument
}

class Reader {
  readonly text: string
  at = 0
  constructor(text: string) {
    this.text = text
  }

  done = () => this.at >= this.text.length
  rest = () => this.text.slice(this.at)
  space(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++
  }

  argument(): Argument {
    this.space()
    const char = this.text[this.at]
    if (char === "'") return { value: this.string() }
    if (char === '$') return { path: this.path() }
    const literal = /^(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/.exec(this.rest())
    if (literal !== null) {
      this.at += literal[0].length
      return { value: JSON.parse(literal[0]) as Json }
    }
    const name = /^[A-Za-z][\w.]*/.exec(this.rest())
    if (name === null) throw new InvalidIntrinsic(`Expected an argument at '${this.rest()}'`)
    this.at += name[0].length
    this.space()
    this.take('(')
    const list: Argument[] = []
    this.space()
    if (this.text[this.at] !== ')') {
      do list.push(this.argument())
      while (this.comma())
    }
    this.take(')')
    return { call: name[0], arguments: list }
  }

  comma(): boolean {
    this.space()
    if (this.text[this.at] !== ',') return false
    this.at++
    return true
  }

  take(char: string): void {
    this.space()
    if (this.text[this.at] !== char) throw new InvalidIntrinsic(`Expected '${char}' at '${this.rest()}'`)
    this.at++
  }

  /** `\'`, `\{`, `\}` and `\\` are escapes; the braces' stay for States.Format to read. */
  string(): string {
    let value = ''
    for (this.at++; this.at < this.text.length; this.at++) {
      const char = this.text[this.at] as string
      if (char === "'") {
        this.at++
        return value
      }
      if (char === '\\' && this.at + 1 < this.text.length) {
        const escaped = this.text[++this.at] as string
        value += escaped === "'" ? "'" : `\\${escaped}`
      } else value += char
    }
    throw new InvalidIntrinsic('A string has no end')
  }

  path(): string {
    const start = this.at
    let depth = 0
    let quote = ''
    for (; this.at < this.text.length; this.at++) {
      const char = this.text[this.at] as string
      if (quote !== '') {
        if (char === quote) quote = ''
      } else if (depth > 0 && (char === "'" || char === '"')) quote = char
      else if (char === '[' || char === '(') depth++
      else if (char === ']' || (char === ')' && depth > 0)) depth--
      else if (depth === 0 && (char === ',' || char === ')' || /\s/.test(char))) break
    }
    return this.text.slice(start, this.at)
  }
}

/** Every path inside, for checks and for the list of variables. */
export const pathsIn = (argument: Argument): string[] =>
  'path' in argument ? [argument.path] : 'call' in argument ? argument.arguments.flatMap(pathsIn) : []
