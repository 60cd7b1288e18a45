import { expect, test } from 'vitest'
import { arnsOverlap, overlap } from './overlap.ts'

const cases: readonly (readonly [string, string, boolean])[] = [
  ['', '', true],
  ['a', '', false],
  ['*', '', true],
  ['a*', '*b', true],
  ['a*c', 'ab', false],
  ['a?c', 'abc', true],
  ['~', 'bucket', true],
  ['~', 'bucket/key', false],
  ['~', 'bucket/*', false],
  ['~', 'bucket*', true],
  ['~/*', 'bucket', false],
  ['~/*', 'buck*', true],
  ['*'.repeat(300), 'a'.repeat(300), true],
  ['a*'.repeat(200), 'b'.repeat(300), false],
]

test.each(cases)('%s and %s: %s', (left, right, expected) => {
  expect([overlap(left, right), overlap(right, left)]).toEqual([expected, expected])
})

test('a wildcard stays within its field of an ARN, and a short ARN is open at its end', () => {
  expect(arnsOverlap('arn:*:s3:::~', 'arn:aws:s3:::b')).toBe(true)
  expect(arnsOverlap('arn:*:codecommit:*:*:*', 'arn:aws:s3:::b')).toBe(false)
  expect(arnsOverlap('arn:aws:s3*', 'arn:aws:s3:::b')).toBe(true)
  expect(arnsOverlap('*', 'arn:aws:s3:::b')).toBe(true)
})
