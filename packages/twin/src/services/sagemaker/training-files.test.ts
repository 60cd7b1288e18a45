import { expect, test } from 'vitest'
import { localName } from './training-files.ts'

test.each([
  ['data/train.csv', 'data/train.csv', 'train.csv'],
  ['data/train/a.csv', 'data/train', 'a.csv'],
  ['data/train/part/a.csv', 'data/train/', 'part/a.csv'],
  ['data/train.csv', 'data/tr', 'train.csv'],
  ['a.csv', '', 'a.csv'],
])('object %s of the channel s3://bucket/%s lies at %s', (key, prefix, name) => {
  expect(localName(key, prefix)).toBe(name)
})
