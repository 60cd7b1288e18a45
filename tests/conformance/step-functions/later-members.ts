import { isObject, type Json, type Scenario } from './scenario.ts'

/** Members that AWS has begun to return, with the day: a recording of before does not have them. */
const begun: Record<string, string> = {
  // https://docs.aws.amazon.com/step-functions/latest/dg/document-history.html: customer managed keys
  encryptionConfiguration: '2024-07-25',
}

const dayOf = (recorded: string) => recorded.slice(0, 10).split('-').reverse().join('-')

/** An answer as AWS would have given it on the day of the recording. */
export function asOf(scenario: Scenario, answer: Json): Json {
  if (!isObject(answer)) return answer
  const day = dayOf(scenario.recorded)
  return Object.fromEntries(Object.entries(answer).filter(([key]) => (begun[key] ?? '') <= day))
}
