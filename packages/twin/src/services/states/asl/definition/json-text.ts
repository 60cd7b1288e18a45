import type { Json } from '../language/json.ts'

/** A JSON text that does not parse, worded as AWS's parser does (Jackson, by the look of its messages). */
export interface JsonTextError {
  message: string
  line: number
  column: number
}

export function parseJsonText(text: string): { value: Json } | { error: JsonTextError } {
  try {
    return { value: JSON.parse(text) as Json }
  } catch {
    const { message, at } = explain(text)
    const before = text.slice(0, at).split('\n')
    return { error: { message, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 } }
  }
}

const expectations = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"

/** The first place where the text stops being JSON. */
function explain(text: string): { message: string; at: number } {
  let at = 0
  const fail = (message: string, place = at): never => {
    throw Object.assign(new Error(message), { at: place })
  }
  const space = () => {
    while (/\s/.test(text[at] ?? '')) at++
  }
  const unexpected = (wanted: string): never => {
    const char = text[at]
    return char === undefined
      ? fail('Unexpected end-of-input')
      : fail(`Unexpected character ('${char}' (code ${char.codePointAt(0)})): was expecting ${wanted}`)
  }
  const string = (): undefined => {
    const end = /^"(?:[^"\\]|\\.)*"/s.exec(text.slice(at))
    if (end === null) fail('Unexpected end-of-input: was expecting closing quote for a string value', text.length)
    else at += end[0].length
  }
  const list = (close: string, item: () => undefined): undefined => {
    at++
    space()
    if (text[at] === close) {
      at++
      return
    }
    for (;;) {
      item()
      space()
      if (text[at] === close) {
        at++
        return
      }
      if (text[at] !== ',') unexpected(`comma to separate ${close === '}' ? 'Object' : 'Array'} entries`)
      at++
      space()
    }
  }
  const value = (): undefined => {
    space()
    const char = text[at]
    if (char === '{')
      return list('}', () => {
        if (text[at] !== '"') unexpected('double-quote to start field name')
        string()
        space()
        if (text[at] !== ':') unexpected('a colon to separate field name and value')
        at++
        value()
      })
    if (char === '[') return list(']', value)
    if (char === '"') return string()
    const number = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(text.slice(at))
    if (number !== null) {
      at += number[0].length
      return
    }
    const word = /^[\p{L}_$][\p{L}\p{N}_$]*/u.exec(text.slice(at))?.[0]
    if (word === undefined)
      return unexpected("a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')")
    at += word.length
    if (!['true', 'false', 'null'].includes(word)) fail(`Unrecognized token '${word}': was expecting ${expectations}`)
  }
  try {
    value()
    space()
    if (at < text.length)
      fail(`Unexpected character ('${text[at]}' (code ${text.codePointAt(at)})): was expecting the end of the input`)
  } catch (error) {
    return { message: (error as Error).message, at: (error as { at?: number }).at ?? at }
  }
  return { message: 'Invalid JSON', at }
}
