import { expect, test } from 'vitest'
import { readSource } from './read-source.ts'
import type { Path } from './spot.ts'

const JSON_TEXT = `{
  "Resources": {
    "Role": { "Type": "AWS::IAM::Role",
      "Policies": [
        { "a": "x\\"]}" },
        { "b": [ 1,
          2 ] }
      ] }
  }
}
`
const YAML_TEXT = `Resources:
  Role:
    Type: AWS::IAM::Role
    Policies:
      - a: !Sub
          - "\${x}"
          - x: 1
      - &here
        b: [1, !GetAtt Role.Arn]
      - *here
`

const places: readonly (readonly [string, string, Path, number, number])[] = [
  ['json', JSON_TEXT, [], 1, 1],
  ['json', JSON_TEXT, ['Resources', 'Role', 'Type'], 3, 15],
  ['json', JSON_TEXT, ['Resources', 'Role', 'Policies', 1, 'b', 1], 7, 11],
  ['json', JSON_TEXT, ['Resources', 'Role', 'Policies', 0, 'nothing', 'there'], 5, 9],
  ['yaml', YAML_TEXT, ['Resources', 'Role', 'Type'], 3, 5],
  ['yaml', YAML_TEXT, ['Resources', 'Role', 'Policies', 0, 'a', 'Fn::Sub', 1, 'x'], 7, 13],
  ['yaml', YAML_TEXT, ['Resources', 'Role', 'Policies', 1, 'b', 1, 'Fn::GetAtt', 0], 9, 24],
  ['yaml', YAML_TEXT, ['Resources', 'Role', 'Policies', 2, 'b', 0], 9, 13],
  ['yaml', YAML_TEXT, ['Resources', 'Role', 'Nothing'], 2, 3],
]

test.each(places)('%s: where a path stands', (_kind, text, path, line, column) => {
  const { file, findings } = readSource('file', text)
  expect(findings).toEqual([])
  expect(file.placeOf(path)).toEqual({ line, column })
})

const deep = (count: number, open: string, close: string) => open.repeat(count) + close.repeat(count)

/** A few lines that stand for 10^9 items. */
const bomb = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...'bcdefghi'.split('').map((name, at) => `${name}: &${name} [${`*${'abcdefgh'[at]},`.repeat(8)}x]`),
].join('\n')

const broken: readonly (readonly [string, string, number, RegExp])[] = [
  ['a comma too many', '{\n  "a": 1,\n}', 3, /not well-formed JSON/],
  ['an end too early', '{\n  "a": [1,\n', 3, /not well-formed JSON/],
  ['a wrong word in a long text', `{\n"a": "${'x'.repeat(80)}",\n"b": nope\n}`, 3, /not well-formed JSON/],
  ['two values', '{}\n{}', 2, /not well-formed JSON/],
  ['a tab in YAML', 'a:\n\t- b', 2, /not well-formed YAML/],
  ['a name twice', 'a: 1\nb: 2\na: 3', 3, /not well-formed YAML/],
  ['nothing', '', 1, /is empty/],
  ['aliases of aliases', bomb, 1, /not well-formed YAML/],
  ['an alias to what holds it', 'a: &a\n  b: *a', 1, /YAML|nested/],
  ['deep JSON', `{"a":${deep(5000, '[', ']')}}`, 1, /nested/],
  ['deep YAML', `a: ${deep(5000, '[', ']')}`, 1, /nested/],
  ['a long text', `{"a":"${'x'.repeat(2_000_001)}"}`, 1, /characters long/],
]

test.each(broken)('%s is a finding', (_name, text, line, message) => {
  const { file, findings } = readSource('file', text)
  expect(findings).toMatchObject([
    { code: 'unreadable-file', severity: 'error', message: expect.stringMatching(message) },
  ])
  expect(file.value).toBeUndefined()
  expect(findings[0]!.spot!.file.placeOf([]).line).toBe(line)
})

test('an unknown tag is a finding, and its argument stands alone', () => {
  const { file, findings } = readSource('file', 'a: 1\nb: !Bogus c')
  expect(findings).toMatchObject([{ code: 'unknown-intrinsic', message: expect.stringContaining('!Bogus') }])
  expect(findings[0]!.spot!.file.placeOf([]).line).toBe(2)
  expect(file.value).toEqual({ a: 1, b: 'c' })
})

test.each([
  ['Null', 'a:\n  Null: {k: 1}', { a: { Null: { k: 1 } } }, ['a', 'Null', 'k']],
  ['123456789012', 'a:\n  123456789012: {k: 1}', { a: { '123456789012': { k: 1 } } }, ['a', '123456789012', 'k']],
  ['~', '!If\n- ~: {k: 1}\n- 2', { 'Fn::If': [{ '~': { k: 1 } }, 2] }, ['Fn::If', 0, '~', 'k']],
])('the key %s is a finding, and read as it is written', (key, text, value, path) => {
  const { file, findings } = readSource('file', text)
  expect(findings).toMatchObject([
    { code: 'key-not-text', severity: 'error', message: `the key ${key} is no text unless it is quoted` },
  ])
  expect(findings[0]!.spot!.file.placeOf([]).line).toBe(2)
  expect(file.value).toEqual(value)
  expect(file.placeOf(path)).toEqual({ line: 2, column: text.split('\n')[1]!.indexOf('k: 1') + 1 })
})

test.each(['"Null": 1', "'1': 1", '012345678901: 1', '<<: {a: 1}', 'Nullable: 1', '1a: 1'])(
  '%s is a text as key',
  text => {
    expect(readSource('file', text).findings).toEqual([])
  },
)

test('a mark at the beginning, leading zeros and names of objects are read as they are', () => {
  expect(readSource('file', '\ufeff{"a":1}').file.value).toEqual({ a: 1 })
  expect(readSource('file', 'a: 012345678901\nb: 111111111111\nc: 2012-10-17').file.value).toEqual({
    a: '012345678901',
    b: 111111111111,
    c: '2012-10-17',
  })
  const { value } = readSource('file', '{"__proto__": {"polluted": true}}').file
  expect(Object.hasOwn(value as object, '__proto__')).toBe(true)
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})
