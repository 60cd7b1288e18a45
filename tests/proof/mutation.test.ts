import { describe, expect, test } from 'vitest'
import churn from '../../examples/churn/tripoint.config.ts'
import { SAMPLE_LINES } from '../../packages/stacks/src/sample-lines.fixture.ts'
import { checked, templatesOf } from './checked.ts'
import { type Mutation, mutationsOf } from './mutations.ts'
import { reported } from './outcome.ts'
import { sampled } from './sampled.ts'

const deep = process.env.TRIPOINT_DEEP === '1'
/** Another seed is another sample: TRIPOINT_SEED=7. */
const seed = Number(process.env.TRIPOINT_SEED ?? 1)
const size = 60

const kindOf = ({ how, what }: Mutation) => `${how} ${what}`
const KINDS = [
  ...['statement', 'action', 'resource', 'condition'].map(what => `drop ${what}`),
  ...['action', 'resource', 'principal', 'condition'].map(what => `widen ${what}`),
]

const LINES = { churn, ...(deep ? { everything: SAMPLE_LINES.everything } : {}) }

describe.each(Object.entries(LINES))('every policy of %s', (name, definition) => {
  const line = templatesOf(definition)
  const all = mutationsOf(line.templates)
  const tried = deep ? all : sampled(all, { size, seed, stratum: kindOf })

  test('is changed in every way', () => {
    expect([...new Set(tried.map(kindOf))].toSorted()).toEqual(KINDS.toSorted())
  })

  test('one thing dropped or widened is reported', { timeout: 600_000 }, () => {
    expect(reported(checked(line))).toEqual([])
    const silent = tried.filter(
      ({ template, changed }) => reported(checked(line, { [template]: changed })).length === 0,
    )
    console.log(
      `${name}: ${tried.length - silent.length} of ${tried.length} mutations reported (${all.length} in all${deep ? '' : `, TRIPOINT_SEED=${seed}`})`,
    )
    expect(silent.map(mutation => mutation.name)).toEqual([])
  })
})
