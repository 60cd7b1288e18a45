import type { SFNClient } from '@aws-sdk/client-sfn'
import { errorText } from './answer.ts'
import { type Difference, differences } from './compare.ts'
import { asOf } from './later-members.ts'
import { inRecordedOrder } from './parallel-events.ts'
import type { Bindings } from './placeholder.ts'
import { replay } from './replay.ts'
import { isObject, type Json, type Scenario } from './scenario.ts'

/** Where an implementation answers a scenario otherwise than AWS did; empty when nowhere. */
export async function check(client: SFNClient, roles: readonly string[], scenario: Scenario): Promise<Difference[]> {
  const { refusals, observe } = await replay(client, roles, scenario)
  const found: Difference[] = refusals.map(actual => ({ path: 'call', expected: undefined, actual }))
  const bindings: Bindings = new Map()
  for (const { key, step, literal } of scenario.matches) {
    const expected = scenario.expected[key] as Json
    const answer = await observe(step, literal)
    if (answer === undefined) found.push({ path: key, expected, actual: undefined })
    else {
      const op = step === null ? undefined : scenario.steps[step]?.op
      const seen = typeof expected === 'string' && op !== undefined ? asText(op, answer) : asOf(scenario, answer)
      found.push(...differences(expected, inRecordedOrder(expected, seen), key, bindings))
    }
  }
  return found
}

/** Some tests compared the text of an error. */
function asText(op: string, answer: Json): Json {
  const error = isObject(answer) && isObject(answer.Error) ? answer.Error : undefined
  return error === undefined ? answer : errorText(op, { code: String(error.Code), message: String(error.Message) })
}
