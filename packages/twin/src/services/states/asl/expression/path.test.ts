import { expect, test } from 'vitest'
import { lookup } from './path.ts'
import { putAt } from './reference.ts'

const data = { 'delivery-partner': 'UQS', items: [{ n: 1 }, { n: 2 }, { n: 3 }], 'a b': { c: null }, deep: { n: 9 } }
const scope = { data, context: { Execution: { Name: 'run' } }, variables: { limit: { low: 1 } } }

test.each([
  ['$.delivery-partner', 'UQS'],
  ['$.items[0].n', 1],
  ['$.items[-1].n', 3],
  ["$['a b'].c", null],
  ['$.items[*].n', [1, 2, 3]],
  ['$.items[1:].n', [2, 3]],
  ['$..n', [1, 2, 3, 9]],
  ['$.items[?(@.n > 1 && @.n < 3)]', [{ n: 2 }]],
  ['$$.Execution.Name', 'run'],
  ['$limit.low', 1],
  ['$.items.length()', 3],
  ['$.nothing[*].n', []],
  ['$.nothing', undefined],
  ['$unknown', undefined],
  ['$.items.n', undefined],
])('%s', (path, expected) => {
  const found = lookup(path, scope)
  if (path === '$..n') expect(new Set(found as number[])).toEqual(new Set(expected as number[]))
  else expect(found).toEqual(expected)
})

test('a result is put where a Reference Path points, without touching the input', () => {
  const input = { a: [1, 2], b: 1 }
  expect(putAt(input, '$.c.d', 5)).toEqual({ a: [1, 2], b: 1, c: { d: 5 } })
  expect(putAt(input, '$.a[1]', 5)).toEqual({ a: [1, 5], b: 1 })
  expect(putAt(input, '$.a[7]', 5)).toBeUndefined()
  expect(input).toEqual({ a: [1, 2], b: 1 })
})
