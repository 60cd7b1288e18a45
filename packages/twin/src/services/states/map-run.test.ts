import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { IAM } from '@aws-sdk/client-iam'
import { S3 } from '@aws-sdk/client-s3'
import { SFN } from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Twin, twin } from '../../twin.ts'

const account = '222222222222'
const state = mkdtempSync(join(tmpdir(), 'twin-map-run-'))
let it: Twin
let sfn: SFN
let s3: S3
let roleArn: string

const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

beforeAll(async () => {
  it = await twin({ state })
  const { accessKeyId, secretAccessKey } = it.operator(account)
  const config = { endpoint: it.endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } }
  sfn = new SFN(config)
  s3 = new S3({ ...config, forcePathStyle: true })
  const iam = new IAM(config)
  const trust = document({ Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' })
  const { Role } = await iam.createRole({ RoleName: 'mapper', AssumeRolePolicyDocument: trust })
  const data = ['GetObject', 'PutObject'].map(action => `s3:${action}`)
  const PolicyDocument = document({ Effect: 'Allow', Action: data, Resource: 'arn:aws:s3:::items/*' })
  await iam.putRolePolicy({ RoleName: 'mapper', PolicyName: 'data', PolicyDocument })
  roleArn = Role?.Arn ?? ''
  await s3.createBucket({ Bucket: 'items' })
  const Body = 'name,size\nfirst,1\n"second, quoted",2\nthird,3\n'
  await s3.putObject({ Bucket: 'items', Key: 'in.csv', Body })
})
afterAll(async () => {
  await it.close()
  rmSync(state, { recursive: true })
})

async function run(name: string, map: object, states: object, input: unknown = {}) {
  const Processor = {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'Item',
    States: states,
  }
  const only = { Type: 'Map', Label: 'Run', ItemProcessor: Processor, End: true, ...map }
  const definition = JSON.stringify({ StartAt: 'Map', States: { Map: only } })
  const { stateMachineArn } = await sfn.createStateMachine({ name, roleArn, definition })
  const { executionArn } = await sfn.startExecution({ stateMachineArn, input: JSON.stringify(input) })
  return executionArn as string
}

async function ended(executionArn: string) {
  for (;;) {
    const execution = await sfn.describeExecution({ executionArn })
    if (execution.status !== 'RUNNING') return execution
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

const runOf = async (executionArn: string) => {
  const { mapRuns = [] } = await sfn.listMapRuns({ executionArn })
  expect(mapRuns).toHaveLength(1)
  return sfn.describeMapRun({ mapRunArn: mapRuns[0]?.mapRunArn })
}

const types = async (executionArn: string | undefined) =>
  (await sfn.getExecutionHistory({ executionArn })).events?.map(({ type }) => type)

test('items come from an object, and results go to others, by the role of the machine', async () => {
  const object = (Key: string) => ({ Bucket: 'items', Key })
  const ItemReader = {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW', MaxItems: 2 },
    Parameters: object('in.csv'),
  }
  const ResultWriter = { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'items', Prefix: 'out' } }
  const execution = await run('files', { ItemReader, ResultWriter }, { Item: { Type: 'Pass', End: true } })
  const { status, output } = await ended(execution)
  expect(status).toBe('SUCCEEDED')
  const { ResultWriterDetails: written } = JSON.parse(output ?? '{}')
  const read = async (Key: string) =>
    JSON.parse((await (await s3.getObject(object(Key))).Body?.transformToString()) ?? '')
  const { ResultFiles: files } = await read(written.Key)
  const results = (await read(files.SUCCEEDED[0].Key)) as { Output: string; Status: string }[]
  expect(results.map(result => JSON.parse(result.Output))).toEqual([
    { name: 'first', size: '1' },
    { name: 'second, quoted', size: '2' },
  ])
  expect(await runOf(execution)).toMatchObject({
    status: 'SUCCEEDED',
    itemCounts: { total: 2, succeeded: 2, resultsWritten: 2 },
  })
})

test('what the role may not read fails the run', async () => {
  const ItemReader = {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig: { InputType: 'JSON' },
    Parameters: { Bucket: 'others', Key: 'in.json' },
  }
  const execution = await run('denied', { ItemReader }, { Item: { Type: 'Pass', End: true } })
  expect(await ended(execution)).toMatchObject({ status: 'FAILED', error: 'States.ItemReaderFailed' })
  expect(await types(execution)).toContain('MapRunFailed')
  expect(await runOf(execution)).toMatchObject({ status: 'FAILED' })
})

test('a child is an execution of its own: a batch, with a history, and counted when it fails', async () => {
  const Choices = [{ Variable: '$.Items[0]', NumericEquals: 3, Next: 'Bad' }]
  const states = {
    Item: { Type: 'Choice', Choices, Default: 'Good' },
    Good: { Type: 'Pass', Parameters: { 'id.$': '$$.Execution.Id' }, End: true },
    Bad: { Type: 'Fail', Error: 'Odd' },
  }
  const ItemBatcher = { MaxItemsPerBatch: 2, BatchInput: { 'of.$': '$$.Execution.Name' } }
  const execution = await run('batches', { ItemBatcher, ToleratedFailureCount: 2 }, states, [1, 2, 3, 4, 5])
  const { status, output } = await ended(execution)
  expect(status).toBe('SUCCEEDED')
  const run_ = await runOf(execution)
  expect(run_).toMatchObject({
    itemCounts: { total: 5, succeeded: 3, failed: 2, running: 0, pending: 0 },
    executionCounts: { total: 3, succeeded: 2, failed: 1 },
    toleratedFailureCount: 2,
  })
  const { executions = [] } = await sfn.listExecutions({ mapRunArn: run_.mapRunArn })
  const failed = executions.find(child => child.status === 'FAILED')
  expect(await sfn.describeExecution({ executionArn: failed?.executionArn })).toMatchObject({
    error: 'Odd',
    mapRunArn: run_.mapRunArn,
    input: JSON.stringify({ BatchInput: { of: execution.split(':').at(-1) }, Items: [3, 4] }),
  })
  expect(await types(failed?.executionArn)).toEqual([
    'ExecutionStarted',
    'ChoiceStateEntered',
    'ChoiceStateExited',
    'FailStateEntered',
    'ExecutionFailed',
  ])
  const ids = JSON.parse(output ?? '[]').map((result: { id?: string }) => result.id)
  expect(executions.map(child => child.executionArn)).toEqual(expect.arrayContaining([ids[0], ids[2]]))
  expect(await types(execution)).toEqual([
    'ExecutionStarted',
    'MapStateEntered',
    'MapStateStarted',
    'MapRunStarted',
    'MapRunSucceeded',
    'MapStateSucceeded',
    'MapStateExited',
    'ExecutionSucceeded',
  ])
})

test('a run takes more at once when it is told to, and its children end with it', async () => {
  const { activityArn } = await sfn.createActivity({ name: 'busy' })
  const states = { Item: { Type: 'Task', Resource: activityArn, End: true } }
  const execution = await run('updated', { MaxConcurrency: 1 }, states, [1, 2, 3])
  const running = async (count: number) => {
    for (;;) {
      const { mapRuns = [] } = await sfn.listMapRuns({ executionArn: execution })
      const found = mapRuns[0] && (await sfn.describeMapRun({ mapRunArn: mapRuns[0].mapRunArn }))
      if (found?.executionCounts?.running === count) return found
      await new Promise(resolve => setTimeout(resolve, 10))
    }
  }
  const { mapRunArn } = await running(1)
  await sfn.updateMapRun({ mapRunArn, maxConcurrency: 2 })
  expect(await running(2)).toMatchObject({ maxConcurrency: 2, executionCounts: { pending: 1 } })
  await sfn.stopExecution({ executionArn: execution })
  await ended(execution)
  expect(await runOf(execution)).toMatchObject({ status: 'ABORTED', executionCounts: { aborted: 3, running: 0 } })
  const { executions = [] } = await sfn.listExecutions({ mapRunArn })
  expect(executions.map(child => child.status)).toEqual(['ABORTED', 'ABORTED'])
})
