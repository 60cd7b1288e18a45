import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { placeCode } from './code.ts'
import { type FunctionSpec, startFunction } from './function.ts'

const scratch = mkdtempSync(join(tmpdir(), 'twin-lambda-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
let count = 0

const start = (files: Record<string, string>, options: Partial<FunctionSpec> = {}) => {
  const encoded = Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)] as const)
  const directory = join(scratch, String(count++))
  mkdirSync(directory)
  const root = placeCode(directory, Object.fromEntries(encoded))
  const log: string[] = []
  const defaults = {
    root,
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    environment: {},
    timeoutMs: 3_000,
    memoryMb: 128,
  }
  const lambda = startFunction({ ...defaults, log: line => void log.push(line), ...options })
  onTestFinished(() => lambda.stop())
  let requests = 0
  const invoke = (event: unknown) =>
    lambda.invoke(JSON.stringify(event), {
      requestId: `r${requests++}`,
      functionArn: 'arn:aws:lambda:us-east-1:333333333333:function:f',
      now: Date.now(),
    })
  return { invoke, log }
}

test('an inline CommonJS function runs, logs as on Lambda, keeps its process warm and sees only its own environment', async () => {
  process.env.AWS_SECRET_OF_THE_USER = 'secret'
  const { invoke, log } = start(
    {
      'index.js': `let calls = 0
      exports.handler = async (event, context) => {
        console.log('two\\nlines', event)
        return { calls: ++calls, arn: context.invokedFunctionArn, left: context.getRemainingTimeInMillis() > 1000,
          name: process.env.NAME, leaked: process.env.AWS_SECRET_OF_THE_USER }
      }`,
    },
    { environment: { NAME: 'value' } },
  )
  const first = await invoke({ a: 1 })
  expect(JSON.parse(first.payload)).toEqual({
    calls: 1,
    arn: expect.stringContaining('function:f'),
    left: true,
    name: 'value',
  })
  expect(first.functionError).toBeUndefined()
  expect(JSON.parse((await invoke({})).payload)).toMatchObject({ calls: 2 })
  expect(log.slice(0, 4)).toEqual([
    'START RequestId: r0 Version: $LATEST',
    expect.stringMatching(/^\d{4}-.*Z\tr0\tINFO\ttwo\nlines \{ a: 1 \}$/),
    'END RequestId: r0',
    expect.stringMatching(/^REPORT RequestId: r0\tDuration: .*\tInit Duration: /),
  ])
  expect(first.logTail).toContain('two\nlines')
})

test('the AWS SDK resolves for both kinds of module; a package that only this machine has does not', async () => {
  const commonJs = start({
    'index.js': `exports.handler = async () => typeof require('@aws-sdk/client-sts').STSClient`,
  })
  expect((await commonJs.invoke({})).payload).toBe('"function"')
  const esm = start({
    'index.mjs': `import { STSClient } from '@aws-sdk/client-sts'; export const handler = async () => typeof STSClient`,
  })
  expect((await esm.invoke({})).payload).toBe('"function"')
  const foreign = join(scratch, 'node_modules/foreign')
  mkdirSync(foreign, { recursive: true })
  writeFileSync(join(foreign, 'index.js'), '')
  const greedy = start({ 'index.js': `require('foreign'); exports.handler = async () => 1` })
  const { functionError, payload } = await greedy.invoke({})
  expect({ functionError, ...JSON.parse(payload) }).toMatchObject({
    functionError: 'Unhandled',
    errorType: 'Runtime.ImportModuleError',
    errorMessage: expect.stringContaining("Cannot find module 'foreign'"),
  })
})

test('every way to fail has the name that Lambda gives it, and the next invocation gets a fresh process', async () => {
  const { invoke, log } = start(
    {
      'index.js': `exports.handler = async how => {
        if (how === 'throw') throw new TypeError('no good')
        if (how === 'exit') process.exit(3)
        if (how === 'reject') { Promise.reject(new Error('lost')); await new Promise(() => setInterval(() => {}, 100)) }
        if (how === 'hang') await new Promise(() => setInterval(() => {}, 100))
        if (how === 'never') await new Promise(() => {})
        if (how === 'spin') for (;;);
        return how
      }`,
    },
    { timeoutMs: 1_000 },
  )
  const failing = async (how: string) => {
    const { payload, functionError } = await invoke(how)
    expect(functionError).toBe('Unhandled')
    return JSON.parse(payload)
  }
  expect(await failing('throw')).toMatchObject({ errorType: 'TypeError', errorMessage: 'no good' })
  expect(await failing('exit')).toEqual({
    errorType: 'Runtime.ExitError',
    errorMessage: 'RequestId: r1 Error: Runtime exited with error: exit status 3',
  })
  expect(await failing('reject')).toMatchObject({
    errorType: 'Runtime.UnhandledPromiseRejection',
    errorMessage: 'Error: lost',
  })
  expect(await failing('hang')).toMatchObject({
    errorMessage: 'RequestId: r3 Error: Task timed out after 1.00 seconds',
  })
  expect(await failing('never')).toMatchObject({ errorType: 'Runtime.NodeJsExit' })
  expect(await failing('spin')).toMatchObject({ errorType: 'Sandbox.Timedout' })
  expect((await invoke('fine')).payload).toBe('"fine"')
  expect(log).toContainEqual(expect.stringMatching(/ r3 Task timed out after 1\.00 seconds/))
})

test('a handler that cannot be loaded is reported, and a callback handler is refused', async () => {
  const cases = [
    ['index.js', 'exports.other = 1', 'Runtime.HandlerNotFound'],
    ['other.js', '', 'Runtime.ImportModuleError'],
    ['index.js', 'exports.handler = (', 'Runtime.UserCodeSyntaxError'],
    ['index.js', 'exports.handler = (event, context, callback) => callback()', 'Runtime.CallbackHandlerDeprecated'],
  ] as const
  for (const [file, text, errorType] of cases) {
    const { invoke } = start({ [file]: text })
    expect(JSON.parse((await invoke({})).payload)).toMatchObject({ errorType })
  }
})

test('invocations at the same time run in processes of their own', async () => {
  const { invoke } = start({
    'index.js': 'exports.handler = async () => { await new Promise(r => setTimeout(r, 300)); return process.pid }',
  })
  const pids = await Promise.all([invoke({}), invoke({})])
  expect(new Set(pids.map(({ payload }) => payload)).size).toBe(2)
})
