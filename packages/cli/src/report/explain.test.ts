import { expect, test } from 'vitest'
import { reasonIn } from '../line/reason.ts'
import { explain } from './explain.ts'
import { Failure } from './failure.ts'

const aws = (name: string, message: string) => Object.assign(new Error(message), { name, $metadata: {} })

test.each([
  [new Failure('it is wrong', 'mend it'), /^it is wrong\n {2}cure: mend it$/],
  [aws('PipelineNotFoundException', 'no churn'), /^PipelineNotFoundException: no churn\n {2}cure: deploy the line/],
  [aws('AccessDeniedException', 'not you'), /not you\n {2}cure: .*tripoint access/],
  [aws('ThrottlingException', 'slower'), /^ThrottlingException: slower$/],
  [
    Object.assign(new Error('connect'), { code: 'ECONNREFUSED', address: '127.0.0.1', port: 1 }),
    /^127\.0\.0\.1:1: nothing answers there\n/,
  ],
  [new TypeError('a bug'), /^TypeError: a bug\n {4}at /],
])('%s', (error, text) => expect(explain(error)).toMatch(text))

test('the reason is found in an error that quotes the whole job', () => {
  const job = JSON.stringify({ TrainingJobName: 'x', FailureReason: 'ClientError: no data' })
  expect(reasonIn(`ended with FAILED. States.TaskFailed: ${job}`)).toBe(
    'ended with FAILED. States.TaskFailed: ClientError: no data',
  )
  for (const text of ['plain', 'cut off {"TrainingJobName":"x', 'other {"a":1}']) expect(reasonIn(text)).toBe(text)
})
