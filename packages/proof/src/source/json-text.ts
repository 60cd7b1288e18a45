import type { Path } from './spot.ts'

const STRING = String.raw`"(?:[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"`
const NUMBER = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?`
const TOKEN = String.raw`\s*([{}[\],:]|${STRING}|${NUMBER}|true|false|null)`

interface Token {
  readonly at: number
  readonly text: string
}

function* tokens(text: string): Generator<Token, number> {
  const pattern = new RegExp(TOKEN, 'y')
  for (;;) {
    const from = pattern.lastIndex
    const found = pattern.exec(text)
    if (!found) return from + /^\s*/.exec(text.slice(from))![0].length
    const token = found[1] ?? ''
    yield { at: pattern.lastIndex - token.length, text: token }
  }
}

type Level = { readonly kind: '{' | '['; step: string | number; wants: 'first' | 'key' | 'colon' | 'value' | 'comma' }

/** How a path is written in the index. */
export const pathKey = (path: Path): string => JSON.stringify(path)

/** Where everything stands in a JSON text: of a member its key, of an item the item itself. */
export function jsonOffsets(text: string): Map<string, number> {
  const offsets = new Map<string, number>([[pathKey([]), /^\s*/.exec(text)![0].length]])
  scan(text, (path, at) => offsets.set(pathKey(path), at))
  return offsets
}

/** Where a text stops being JSON: what the parser of the language does not always tell. */
export const jsonErrorOffset = (text: string): number => scan(text, () => {})

function scan(text: string, met: (path: Path, at: number) => void): number {
  const levels: Level[] = []
  const path = () => levels.map(level => level.step)
  let done = false
  const stream = tokens(text)
  for (;;) {
    const next = stream.next()
    if (next.done) return next.value
    const { at, text: token } = next.value
    if (done) return at
    const level = levels.at(-1)
    if (token === '}' || token === ']') {
      if (!level || level.kind !== (token === '}' ? '{' : '[') || !['first', 'comma'].includes(level.wants)) return at
      levels.pop()
    } else if (token === ',') {
      if (level?.wants !== 'comma') return at
      if (level.kind === '[') level.step = Number(level.step) + 1
      level.wants = level.kind === '[' ? 'value' : 'key'
      continue
    } else if (token === ':') {
      if (level?.wants !== 'colon') return at
      level.wants = 'value'
      continue
    } else if (level?.kind === '{' && (level.wants === 'first' || level.wants === 'key')) {
      if (!token.startsWith('"')) return at
      level.step = JSON.parse(token) as string
      level.wants = 'colon'
      met(path(), at)
      continue
    } else {
      if (level && level.wants !== 'value' && !(level.kind === '[' && level.wants === 'first')) return at
      if (level?.kind === '[') met(path(), at)
      if (token === '{' || token === '[') {
        levels.push({ kind: token, step: token === '[' ? 0 : '', wants: 'first' })
        continue
      }
    }
    const outer = levels.at(-1)
    if (outer) outer.wants = 'comma'
    else done = true
  }
}
