import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { account, type Line, region, roleArn, startLine } from './lambda.fixture.ts'

let line: Line
const directory = mkdtempSync(join(tmpdir(), 'cut-short-'))
beforeAll(async () => {
  line = await startLine()
  await line.role('plain', [])
  await line.role('caller', [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' }], {
    Service: 'states.amazonaws.com',
  })
})
afterAll(async () => {
  await line.close()
  rmSync(directory, { recursive: true })
})

/** The first time it runs for a minute; when it finds its own trace it answers at once. */
const sleeper = `
  const { existsSync, renameSync, writeFileSync } = require('node:fs')
  exports.handler = async event => {
    if (existsSync(event.trace)) return 'again'
    writeFileSync(event.trace + '.new', String(process.pid))
    renameSync(event.trace + '.new', event.trace)
    await new Promise(resolve => setTimeout(resolve, 60_000))
  }`
const begun = async (trace: string) => {
  await expect.poll(() => existsSync(trace), { timeout: 10_000 }).toBe(true)
  return Number(readFileSync(trace, 'utf8'))
}

test('an invocation ends with its process', async () => {
  await line.make('killed', sleeper, 'plain', { Timeout: 90 })
  const trace = join(directory, 'killed')
  const call = line.call('killed', { trace })
  process.kill(await begun(trace), 'SIGKILL')
  expect(await call).toEqual({
    error: 'Unhandled',
    answer: {
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: signal: killed$/),
    },
  })
  expect(await line.call('killed', { trace })).toEqual({ answer: 'again' })
})

test('a twin that stops waits for no function: its caller is refused, a workflow calls it again afterwards', async () => {
  await line.make('stopped', sleeper, 'plain', { Timeout: 90 })
  const own = join(directory, 'own')
  const steps = join(directory, 'steps')
  const call = expect(line.call('stopped', { trace: own })).rejects.toThrow()
  const definition = JSON.stringify({
    StartAt: 'Call',
    States: {
      Call: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Parameters: { FunctionName: 'stopped', Payload: { trace: steps } },
        OutputPath: '$.Payload',
        End: true,
      },
    },
  })
  const machine = { name: 'calls', definition, roleArn: roleArn('caller') }
  const { stateMachineArn } = await new SFNClient(line.config()).send(new CreateStateMachineCommand(machine))
  expect(stateMachineArn).toBe(`arn:aws:states:${region}:${account}:stateMachine:calls`)
  const { executionArn } = await new SFNClient(line.config()).send(new StartExecutionCommand({ stateMachineArn }))
  await Promise.all([begun(own), begun(steps)])
  const stopping = performance.now()
  await line.reopen()
  expect(performance.now() - stopping).toBeLessThan(10_000)
  await call
  const described = () => new SFNClient(line.config()).send(new DescribeExecutionCommand({ executionArn }))
  await expect.poll(async () => (await described()).status, { timeout: 10_000 }).toBe('SUCCEEDED')
  expect((await described()).output).toBe('"again"')
  expect(line.messages.filter(message => !message.startsWith('logs of '))).toEqual([])
})
