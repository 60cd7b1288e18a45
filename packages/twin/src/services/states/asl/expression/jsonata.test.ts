import { expect, test } from 'vitest'
import { fillQuery } from './jsonata.ts'

const scope = { states: {}, variables: {}, now: Date.UTC(2031, 4, 6, 7, 8, 9), uuid: () => '', random: () => 0 }

test('the time of an expression is the one it is given', async () => {
  const template = { now: '{% $now() %}', short: "{% $now('[Y]-[M01]', '+0000') %}", millis: '{% $millis() %}' }
  expect(await fillQuery(template, 'Output', scope)).toEqual({
    now: '2031-05-06T07:08:09.000Z',
    short: '2031-05',
    millis: scope.now,
  })
})
