/** Inside a compiled pattern the two wildcards are control characters, so that a substituted value can hold `*` and `?` literally. */
const MANY = '\u0000'
const ONE = '\u0001'

export type TextTest = (text: string) => boolean

const cache = new Map<string, TextTest>()
const CACHE_LIMIT = 20_000

/** Case-sensitive; `*` is any run of characters, `?` exactly one. Never backtracks: pieces between stars are found left to right. */
export function wildcard(pattern: string): TextTest {
  return codeTest(toCode(pattern))
}

export function toCode(pattern: string): string {
  return pattern.replaceAll('*', MANY).replaceAll('?', ONE)
}

/** Would the text stand for itself in the code of a pattern? */
export function isLiteral(text: string): boolean {
  return !text.includes(MANY) && !text.includes(ONE)
}

export function codeTest(code: string): TextTest {
  const known = cache.get(code)
  if (known) return known
  const test = compile(code)
  if (cache.size >= CACHE_LIMIT) cache.clear()
  cache.set(code, test)
  return test
}

function compile(code: string): TextTest {
  const pieces = code.split(MANY).map(toPiece)
  const first = pieces[0]!
  const last = pieces[pieces.length - 1]!
  if (pieces.length === 1) return text => text.length === first.size && first.at(text, 0)
  const middle = pieces.slice(1, -1).filter(piece => piece.size > 0)
  const least = first.size + last.size
  return text => {
    const end = text.length - last.size
    if (text.length < least || !first.at(text, 0) || !last.at(text, end)) return false
    let from = first.size
    for (const piece of middle) {
      from = piece.after(text, from, end)
      if (from < 0) return false
    }
    return true
  }
}

interface Piece {
  readonly size: number
  at(text: string, index: number): boolean
  /** The index after the first occurrence that lies in [from, end), or -1. */
  after(text: string, from: number, end: number): number
}

function toPiece(code: string): Piece {
  return code.includes(ONE) ? holed(code) : literal(code)
}

function literal(code: string): Piece {
  const size = code.length
  return {
    size,
    at: (text, index) => text.startsWith(code, index),
    after(text, from, end) {
      const index = text.indexOf(code, from)
      return index < 0 || index + size > end ? -1 : index + size
    },
  }
}

function holed(code: string): Piece {
  const size = code.length
  function at(text: string, index: number): boolean {
    if (index + size > text.length) return false
    for (let i = 0; i < size; i++) if (code[i] !== ONE && code[i] !== text[index + i]) return false
    return true
  }
  return {
    size,
    at,
    after(text, from, end) {
      for (let index = from; index + size <= end; index++) if (at(text, index)) return index + size
      return -1
    },
  }
}
