import { InvokeCommand } from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { capacity } from '../../runtime/capacity.ts'
import { type Line, startLine } from './lambda.fixture.ts'

const deep = process.env.TRIPOINT_DEEP === '1'

let line: Line
beforeAll(async () => {
  line = await startLine()
  await line.role('plain', [])
})
afterAll(() => line.close())

test('more calls at once than processes may start: each is answered, and those that call each other too', async () => {
  await line.role('caller', [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' }])
  const outer = `const { InvokeCommand, LambdaClient } = require('@aws-sdk/client-lambda')
    const client = new LambdaClient({})
    exports.handler = async ({ number }) => {
      const { Payload } = await client.send(new InvokeCommand({ FunctionName: 'inner', Payload: JSON.stringify({ number }) }))
      return JSON.parse(Payload.transformToString())
    }`
  await line.make('inner', 'exports.handler = async ({ number }) => -number', 'plain')
  await line.make('outer', outer, 'caller')
  // In deep: those that wait for others hold every place there is.
  const numbers = Array.from({ length: deep ? capacity.functions + 4 : 6 }, (_, at) => at + 1)
  const answers = await Promise.all(numbers.map(number => line.call('outer', { number })))
  expect(answers).toEqual(numbers.map(number => ({ answer: -number })))
})

const sleeper = 'exports.handler = () => new Promise(resolve => setTimeout(resolve, 60_000))'

test.runIf(deep)(
  'a thousand invocations are an account’s limit, and a twin that stops waits for none of them',
  async () => {
    await line.make('sleeps', sleeper, 'plain', { Timeout: 90 })
    const event = new InvokeCommand({ FunctionName: 'sleeps', InvocationType: 'Event' })
    for (let ten = 0; ten < 100; ten++) await Promise.all(Array.from({ length: 10 }, () => line.lambda.send(event)))
    await expect(line.call('sleeps')).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      message: 'Rate Exceeded.',
      Reason: 'ConcurrentInvocationLimitExceeded',
      $metadata: { httpStatusCode: 429 },
    })
    const stopping = performance.now()
    await line.reopen()
    expect(performance.now() - stopping).toBeLessThan(10_000)
  },
)
