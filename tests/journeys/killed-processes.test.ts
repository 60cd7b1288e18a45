import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  DescribeTrainingJobCommand,
  ListEndpointConfigsCommand,
  ListEndpointsCommand,
  ListModelsCommand,
  ListTrainingJobsCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { client, sleep } from '../../packages/cli/src/cloud/cloud.ts'
import { answerApproval } from '../../packages/cli/src/line/approve.ts'
import { predict } from '../../packages/cli/src/line/invoke.ts'
import { descendants } from './crash/twin-process.ts'
import { type Line, openLine } from './line.ts'

let line: Line
beforeAll(async () => {
  line = await openLine()
  await line.deploy()
  await line.prepare()
})
afterAll(async () => line?.close())

const rounds = (number: number) => (template: string) =>
  template.replace('"num_round": "100"', `"num_round": "${number}"`)

/** The process that the twin runs some program in, as soon as there is one. */
async function processOf(program: RegExp, known: readonly number[] = []): Promise<number> {
  const until = performance.now() + 20_000
  while (performance.now() < until) {
    const found = descendants(process.pid).find(({ pid, command }) => program.test(command) && !known.includes(pid))
    if (found !== undefined) return found.pid
    await sleep(5)
  }
  throw new Error(`nothing runs ${program}`)
}

const training = /xgboost\/container\.ts train/
const serving = /xgboost\/container\.ts serve/
const deployer = /lambda\/bootstrap\.ts/

const jobs = async () => {
  const sagemaker = client(SageMakerClient, line.account('training'))
  const { TrainingJobSummaries = [] } = await sagemaker.send(new ListTrainingJobsCommand({}))
  return Promise.all(
    TrainingJobSummaries.map(({ TrainingJobName }) =>
      sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName })),
    ),
  )
}

const deployed = async () => {
  const sagemaker = client(SageMakerClient, line.account('production'))
  const { Models = [] } = await sagemaker.send(new ListModelsCommand({}))
  const { EndpointConfigs = [] } = await sagemaker.send(new ListEndpointConfigsCommand({}))
  const { Endpoints = [] } = await sagemaker.send(new ListEndpointsCommand({}))
  return {
    models: Models.length,
    configurations: EndpointConfigs.length,
    endpoints: Endpoints.map(({ EndpointStatus }) => EndpointStatus),
  }
}

/** Stops the twin as Ctrl-C does and opens its state again; no process is waited for. */
async function stopAndOpen() {
  const began = performance.now()
  const saved = await line.save()
  expect(performance.now() - began).toBeLessThan(5_000)
  expect(descendants(process.pid).filter(({ command }) => /xgboost|lambda\/bootstrap/.test(command))).toEqual([])
  line = await openLine(saved)
}

test('a training container that is killed fails the job, the workflow and the action, as one out of memory does', async () => {
  const { id } = await line.push('Killed', rounds(20_000))
  process.kill(await processOf(training), 'SIGKILL')
  const { failed } = await line.finish(id)
  expect(failed).toMatchObject({ stage: 'Train', action: 'RunWorkflow', code: 'JobFailed' })
  expect(failed?.message).toContain('States.TaskFailed')
  const reason = 'AlgorithmError: , exit code: 137'
  expect(failed?.message).toContain(reason)
  expect(await jobs()).toMatchObject([
    { TrainingJobStatus: 'Failed', SecondaryStatus: 'Failed', FailureReason: reason },
  ])
})

test('the deployer is invoked again when its process is killed, and every effect counts once', async () => {
  const { id } = await line.push('Killed deployer', rounds(50))
  const killed: number[] = []
  const finished = await line.finish(id, async stage => {
    await answerApproval(line.account('shared'), line.definition.name, { stage, approve: true, summary: '' })
    for (const _ of [1, 2]) {
      killed.push(await processOf(deployer, killed))
      process.kill(killed.at(-1) ?? 0, 'SIGKILL')
    }
  })
  expect(finished).toEqual({ status: 'Succeeded' })
  expect(killed).toHaveLength(2)
  expect(await deployed()).toEqual({ models: 1, configurations: 1, endpoints: ['InService'] })
})

test('an endpoint whose container is killed answers from a new one', async () => {
  const [row = ''] = readFileSync(join(line.place.project, 'data', 'validation.csv'), 'utf8').split('\n')
  const ask = () => predict(line.account('production'), 'churn', [row.slice(row.indexOf(',') + 1)])
  const before = await ask()
  const first = await processOf(serving)
  process.kill(first, 'SIGKILL')
  while (descendants(process.pid).some(({ pid }) => pid === first)) await sleep(5)
  expect(await ask()).toEqual(before)
  expect(await processOf(serving)).not.toBe(first)
})

test('stopped while it trains, while it waits for a person and while it deploys, the line goes on each time', async () => {
  const { id } = await line.push('Stopped', rounds(400))
  await processOf(training)
  await stopAndOpen()
  const waits = Promise.withResolvers<string>()
  const left = line.finish(id, async stage => {
    waits.resolve(stage)
    throw new Error('the twin is stopped now')
  })
  const stage = await waits.promise
  await expect(left).rejects.toThrow('stopped now')
  await stopAndOpen()
  await answerApproval(line.account('shared'), line.definition.name, { stage, approve: true, summary: '' })
  await processOf(deployer)
  await stopAndOpen()
  expect(await line.finish(id)).toEqual({ status: 'Succeeded' })
  expect(await deployed()).toEqual({ models: 2, configurations: 2, endpoints: ['InService'] })
  expect((await jobs()).map(({ TrainingJobStatus }) => TrainingJobStatus).sort()).toEqual([
    'Completed',
    'Completed',
    'Failed',
  ])
})
