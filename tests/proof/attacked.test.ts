import { readWorld } from '@tripoint/proof'
import { expect, test } from 'vitest'
import churn from '../../examples/churn/tripoint.config.ts'
import { checked, templatesOf } from './checked.ts'
import { proofOf } from './random-request.ts'

const deep = process.env.TRIPOINT_DEEP === '1'
/** Other requests: TRIPOINT_SEED=7. */
const seed = Number(process.env.TRIPOINT_SEED ?? 1)
const count = deep ? 200_000 : 6_000

const line = templatesOf(churn)
const proof = proofOf(readWorld(line.inputs(), { accounts: churn.accounts }), churn)

test(`${count} random requests: what the needs cover is allowed, and nothing else`, { timeout: 600_000 }, () => {
  const report = checked(line)
  expect(report.needed.every(({ verdict }) => verdict === 'allowed') && report.excess.length === 0).toBe(true)
  const draw = proof.draw(seed)
  const tally = { allowed: 0, denied: 0 }
  const contradictions: unknown[] = []
  for (let index = 0; index < count; index++) {
    const witness = draw()
    const expected = proof.expected(witness)
    tally[expected ? 'allowed' : 'denied']++
    if (proof.decided(witness) !== expected) contradictions.push({ expected, ...witness })
  }
  console.log(
    `${count} random requests (TRIPOINT_SEED=${seed}): ${tally.allowed} covered and allowed, ${tally.denied} denied`,
  )
  expect(contradictions.slice(0, 10)).toEqual([])
  expect(Math.min(tally.allowed, tally.denied)).toBeGreaterThan(count / 10)
})
