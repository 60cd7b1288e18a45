import { expect, test } from 'vitest'
import { inputOf } from './input.ts'
import { type Json, parsePattern } from './pattern.ts'

const event = {
  source: 'aws.s3',
  'detail-type': 'Object Created',
  resources: ['arn:aws:s3:::bucket'],
  detail: {
    object: { key: 'data/train.csv', size: 12 },
    ip: '10.1.2.3',
    tags: ['Red', 'green'],
    nothing: null,
    empty: [],
    list: [
      { a: 1, b: 1 },
      { a: 2, b: 2 },
    ],
  },
}

const cases: [boolean, Json][] = [
  [true, { source: ['aws.s3', 'aws.ec2'] }],
  [false, { source: ['aws.ec2'] }],
  [true, { resources: ['arn:aws:s3:::bucket'] }],
  [true, { detail: { object: { key: [{ prefix: 'data/' }] } } }],
  [false, { detail: { object: { key: [{ prefix: { 'equals-ignore-case': 'TEST/' } }] } } }],
  [true, { detail: { object: { key: [{ suffix: { 'equals-ignore-case': '.CSV' } }] } } }],
  [true, { detail: { object: { size: [{ numeric: ['>', 0, '<=', 12] }] } } }],
  [false, { detail: { object: { size: [{ numeric: ['<', 12] }] } } }],
  [true, { detail: { ip: [{ cidr: '10.0.0.0/8' }] } }],
  [false, { detail: { ip: [{ cidr: '10.1.3.0/24' }] } }],
  [true, { detail: { tags: [{ 'equals-ignore-case': 'RED' }] } }],
  [true, { detail: { nothing: [null] } }],
  [true, { detail: { absent: [{ exists: false }], nothing: [{ exists: true }] } }],
  [true, { detail: { empty: [{ exists: false }] } }],
  [false, { detail: { absent: { deep: [{ exists: true }] } } }],
  [true, { detail: { object: { key: [{ 'anything-but': ['x', 'y'] }] } } }],
  [false, { detail: { object: { key: [{ 'anything-but': { prefix: ['a/', 'data/'] } }] } } }],
  [false, { detail: { absent: [{ 'anything-but': 'x' }] } }],
  [true, { detail: { object: { key: [{ wildcard: 'd*/*.csv' }] } } }],
  [false, { detail: { object: { key: [{ wildcard: 'data/train.csv*v' }] } } }],
  [true, { detail: { $or: [{ ip: ['1.1.1.1'] }, { object: { size: [12] } }] } }],
  [true, { detail: { list: { a: [2], b: [2] } } }],
  // The two values are there, but in no one element of the list.
  [false, { detail: { list: { a: [1], b: [2] } } }],
]

test.each(cases)('%j: %j', (expected, pattern) => {
  expect(parsePattern(JSON.stringify(pattern))(event as Json)).toBe(expected)
})

test.each([
  ['{}', 'Empty pattern is not allowed'],
  ['{"source":"aws.s3"}', '"source" must be an object or an array'],
  ['{"source":[{"prefx":"a"}]}', 'Unrecognized match type prefx'],
  ['{"a":[{"numeric":["<","1"]}]}', 'Value of a numeric range operator must be a number'],
])('%s is refused: %s', (pattern, reason) => {
  expect(() => parsePattern(pattern)).toThrow(`Event pattern is not valid. Reason: ${reason}`)
})

test('a variable inside quotes is text, outside it is JSON', () => {
  const target = {
    Id: 'x',
    Arn: 'x',
    InputTransformer: {
      InputPathsMap: { key: '$.detail.object.key', tags: '$.detail.tags', first: '$.resources[0]' },
      InputTemplate:
        '{"text":"<key> of <first> by <aws.events.rule-name>","tags":<tags>,"again":"<tags>","other":"<unknown>"}',
    },
  }
  const input = inputOf(target, { rule: { arn: 'arn', name: 'rule' }, event, ingested: 'now' })
  expect(JSON.parse(input)).toEqual({
    text: 'data/train.csv of arn:aws:s3:::bucket by rule',
    tags: ['Red', 'green'],
    again: '["Red","green"]',
    other: '<unknown>',
  })
})
