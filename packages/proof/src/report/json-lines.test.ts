import { expect, test } from 'vitest'
import { jsonLines } from './json-lines.ts'

test.each([
  [{ a: [1, 'b'], c: {} }, 40, ['{ "a": [1, "b"], "c": {} }']],
  [{ a: [1, 'b'], c: {} }, 20, ['{', '  "a": [1, "b"],', '  "c": {}', '}']],
  [['long enough', 'to break'], 20, ['[', '  "long enough",', '  "to break"', ']']],
  ['one word that is longer than the width', 10, ['"one word that is longer than the width"']],
])('%j in %i', (value, width, lines) => {
  expect(jsonLines(JSON.stringify(value), width)).toEqual(lines)
  expect(JSON.parse(lines.join('\n'))).toEqual(value)
})

test('what is no JSON stays as it is', () => expect(jsonLines('{ a\n}', 3)).toEqual(['{ a', '}']))
