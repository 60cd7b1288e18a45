import {
  DeleteEndpointCommand,
  DescribeTrainingJobCommand,
  ListEndpointConfigsCommand,
  ListModelsCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import { ListExecutionsCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn'
import { type Access, type DeployNames, namesOf, type Path, type TrainNames } from '@tripoint/pipeline'
import { expect } from 'vitest'
import { client, sleep } from '../../../packages/cli/src/cloud/cloud.ts'
import { deleteStack } from '../../../packages/cli/src/line/stack.ts'
import { startAtNowhere } from '../every-occasion.ts'
import type { Line } from '../line.ts'
import {
  type Absent,
  expectDenied,
  isDenied,
  isUsed,
  lastNumber,
  onCopy,
  type Scene,
  whole,
  without,
} from './absent.ts'
import { retried, stepReaches } from './follow.ts'
import { movedClock } from './moved-clock.ts'
import { asPerson, isTried } from './person.ts'
import { newestExecution } from './saved-lines.ts'
import { waitsInVain } from './time-out.ts'

/** What has the path taken, and what is seen there when the entry is missing. */
const PATHS: Readonly<Record<Path, (scene: Scene) => Promise<void>>> = {
  update,
  abort,
  failure,
  replace,
  cleanup,
  teardown,
  people: asPerson,
  rollback: async ({ absent }) => {
    throw new Error(`${absent.name}: no occasion is known`)
  },
}

/** Is it known what takes an entry's path? */
export function hasPath({ hop, absence, ...access }: Access): boolean {
  const { path = 'rollback' } = absence
  if (path === 'people') return isTried(access)
  const ofHop = { failure: FAILURES, replace: REPLACEMENTS }[String(path)]
  return path !== 'rollback' && (ofHop === undefined || hop in ofHop)
}

export const onPath = (scene: Scene): Promise<void> => PATHS[scene.absent.access.absence.path ?? 'rollback'](scene)

const savedFor = ({ saved, absent }: Scene): string => (absent.access.hop === 'deploy' ? saved.waiting : saved.fresh)

/** The first run has no need of the entry. */
async function firstRun(line: Line, { access }: Absent): Promise<void> {
  if (access.hop === 'deploy') {
    expect(await line.finish(await newestExecution(line))).toEqual({ status: 'Succeeded' })
    return
  }
  const { status } = await stepReaches(line, await line.start(), 'Approve/Approve', status => status === 'InProgress')
  expect(status).toBe('InProgress')
}

const deeper = (template: string) => template.replace('"max_depth": "5"', '"max_depth": "4"')

const shallower = (template: string) => template.replace('"max_depth": "5"', '"max_depth": "3"')

/** The first run goes by without it; the update stops at the step. */
function update(scene: Scene): Promise<void> {
  const { absent } = scene
  const { step, absence } = absent.access
  return onCopy(absent, savedFor(scene), async line => {
    await line.deploy(without(line.list, absent))
    const since = lastNumber(line)
    await firstRun(line, absent)
    expect(isDenied(line, absent, since)).toBe(false)

    const { id } = await line.push('Changed', deeper)
    const { status, failed } = await line.finish(id)
    expect({ status, at: `${failed?.stage}/${failed?.action}`, says: failed?.message }).toEqual({
      status: 'Failed',
      at: step,
      says: expect.stringContaining(absence.error ?? ''),
    })
    expectDenied(line, absent, since)

    await line.deploy()
    const between = lastNumber(line)
    expect(await retried(line, id, step)).toEqual({ status: 'Succeeded', message: '' })
    if (isUsed(line, absent, between)) return
    // A stack whose rollback failed as well was replaced: it is the next change that updates it.
    const next = await line.push('Changed again', shallower)
    expect((await stepReaches(line, next.id, step)).status).toBe('Succeeded')
  })
}

/** Stopping the workflow does not stop its job: it trains on, and costs. */
function abort(scene: Scene): Promise<void> {
  const { absent } = scene
  const { step } = absent.access
  return onCopy(absent, scene.saved.fresh, async line => {
    const connection = line.account('training')
    const train = namesOf(line.definition).stages.Train as TrainNames
    const states = client(SFNClient, connection)
    const sagemaker = client(SageMakerClient, connection)
    const statusOf = async (TrainingJobName: string) =>
      (await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }))).TrainingJobStatus
    const trains = async (job: string) => (await statusOf(job).catch(() => undefined)) === 'InProgress'
    /** Stops the execution once its job is there, under the name that both have. */
    const stopped = async () => {
      for (;;) {
        const { executions = [] } = await states
          .send(new ListExecutionsCommand({ stateMachineArn: train.stateMachine.arn, statusFilter: 'RUNNING' }))
          .catch(() => ({}) as { executions?: [] })
        const [{ executionArn = '', name = '' } = {}] = executions
        if (name !== '' && (await trains(name))) {
          await states.send(new StopExecutionCommand({ executionArn }))
          return name
        }
        await sleep(line.cloud.pace)
      }
    }

    await line.deploy(without(line.list, absent))
    const since = lastNumber(line)
    const { id } = await line.push('Long', text => text.replace('"num_round": "100"', '"num_round": "20000"'))
    const left = await stopped()
    expect((await stepReaches(line, id, step)).message).toContain('ended with status ABORTED')
    while (!isDenied(line, absent, since)) await sleep(line.cloud.pace)
    expectDenied(line, absent, since)
    expect(await statusOf(left)).toBe('InProgress')

    await line.deploy()
    const again = retried(line, id, step)
    const ended = await stopped()
    await again
    while ((await statusOf(ended)) !== 'Stopped') await sleep(line.cloud.pace)
    expect(await statusOf(left)).toBe('InProgress')
  })
}

/** The image of the endpoint cannot be pulled: so a deployment fails. */
const pull = (line: Line): Absent =>
  whole(line.list.find(({ hop, action }) => hop === 'deploy' && action === 'ecr:BatchGetImage'))

const production = (line: Line) => client(SageMakerClient, line.account('production'))

const deployNames = (line: Line) => namesOf(line.definition).stages.Deploy as DeployNames

async function fails(line: Line, id: string, step: string, says: string): Promise<void> {
  expect((await line.finish(id)).failed, says).toMatchObject({ message: expect.stringContaining(says) })
  expect((await stepReaches(line, id, step)).status).toBe('Failed')
}

const FAILURES: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  source: leftBehind,
  workflow: unexplained,
  deploy: unreported,
}

function failure(scene: Scene): Promise<void> {
  const { hop } = scene.absent.access
  return (FAILURES[hop] ?? PATHS.rollback)(scene)
}

/** The archive cannot be put into the bucket, and what CodeCommit knows of it is not cancelled. */
function leftBehind({ saved, absent }: Scene): Promise<void> {
  const { step, absence } = absent.access
  return onCopy(absent, saved.fresh, async line => {
    const write = whole(line.list.find(({ hop, action }) => hop === 'source' && action === 's3:PutObject'))
    await line.deploy(without(line.list, absent))
    const since = lastNumber(line)
    await firstRun(line, absent)
    expect(isDenied(line, absent, since)).toBe(false)

    await line.deploy(without(line.list, absent, write))
    const id = await line.start()
    await fails(line, id, step, absence.error ?? '')
    expect(isDenied(line, absent, since)).toBe(true)

    await line.deploy(without(line.list, write))
    const between = lastNumber(line)
    expect((await retried(line, id, step)).status).toBe('Failed')
    expect(isDenied(line, absent, between)).toBe(false)

    await line.deploy()
    expect(await retried(line, id, step)).toEqual({ status: 'Succeeded', message: '' })
  })
}

/** A failure that cannot be reported is not heard of: the action waits until its time is over. */
function unreported({ saved, absent }: Scene): Promise<void> {
  const clock = movedClock()
  const play = async (line: Line) => {
    await line.deploy(without(line.list, absent))
    const since = lastNumber(line)
    await firstRun(line, absent)
    expect(isDenied(line, absent, since)).toBe(false)

    await line.deploy(without(line.list, absent, pull(line)))
    const id = await line.start()
    await waitsInVain(line, absent, { id, since, clock })

    await line.deploy(without(line.list, pull(line)))
    expect(await retried(line, id, absent.access.step)).toEqual({
      status: 'Failed',
      message: expect.stringContaining('BatchGetImage permission'),
    })

    await line.deploy()
    expect(await retried(line, id, absent.access.step)).toEqual({ status: 'Succeeded', message: '' })
  }
  return onCopy(absent, saved.waiting, play, { clock })
}

/** The stack fails for a reason of its own, which is not told. */
function unexplained({ saved, absent }: Scene): Promise<void> {
  const { step, absence } = absent.access
  return onCopy(absent, saved.fresh, async line => {
    await line.deploy(without(line.list, absent))
    const since = lastNumber(line)
    await firstRun(line, absent)
    expect(isDenied(line, absent, since)).toBe(false)

    const { id } = await line.push('Nowhere', startAtNowhere)
    await fails(line, id, step, absence.error ?? '')
    expectDenied(line, absent, since)

    await line.deploy()
    expect(await retried(line, id, step)).toEqual({ status: 'Failed', message: expect.stringContaining('Nowhere') })
  })
}

const REPLACEMENTS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  workflow: wreckStays,
  deploy: endpointStays,
}

function replace(scene: Scene): Promise<void> {
  const { hop } = scene.absent.access
  return (REPLACEMENTS[hop] ?? PATHS.rollback)(scene)
}

/** What a creation that failed left cannot be replaced: no push gets past it. */
function wreckStays({ saved, absent }: Scene): Promise<void> {
  const { step, absence } = absent.access
  return onCopy(absent, saved.fresh, async line => {
    await line.deploy(without(line.list, absent))
    const since = lastNumber(line)
    const bad = await line.push('Nowhere', startAtNowhere)
    await fails(line, bad.id, step, 'Nowhere')
    expect(isDenied(line, absent, since)).toBe(false)

    const { id } = await line.push('Somewhere')
    await fails(line, id, step, absence.error ?? '')
    expectDenied(line, absent, since)

    await line.deploy()
    expect(await retried(line, id, step)).toEqual({ status: 'Succeeded', message: '' })
  })
}

/** An endpoint that failed cannot be replaced. */
function endpointStays({ saved, absent }: Scene): Promise<void> {
  const { step, absence } = absent.access
  return onCopy(absent, saved.waiting, async line => {
    await line.deploy(without(line.list, absent))
    const since = lastNumber(line)
    await firstRun(line, absent)
    expect(isDenied(line, absent, since)).toBe(false)

    await production(line).send(new DeleteEndpointCommand({ EndpointName: deployNames(line).endpoint.name }))
    await line.deploy(without(line.list, absent, pull(line)))
    const id = await line.start()
    await fails(line, id, step, 'BatchGetImage permission')

    await line.deploy(without(line.list, absent))
    const between = lastNumber(line)
    const again = await retried(line, id, step)
    expect(again).toEqual({ status: 'Failed', message: expect.stringContaining(absence.error ?? '') })
    expectDenied(line, absent, between)

    await line.deploy()
    expect(await retried(line, id, step)).toEqual({ status: 'Succeeded', message: '' })
  })
}

/** What a failed deployment made stays behind. */
function cleanup({ saved, absent }: Scene): Promise<void> {
  const { access } = absent
  return onCopy(absent, saved.waiting, async line => {
    const sagemaker = production(line)
    const contains = { NameContains: `${deployNames(line).deployments}-`, MaxResults: 100 }
    const left = async () =>
      access.action === 'sagemaker:DeleteModel'
        ? (await sagemaker.send(new ListModelsCommand(contains))).Models?.length
        : (await sagemaker.send(new ListEndpointConfigsCommand(contains))).EndpointConfigs?.length
    await line.deploy(without(line.list, absent))
    const since = lastNumber(line)
    await firstRun(line, absent)
    expect(isDenied(line, absent, since)).toBe(false)
    const before = (await left()) ?? 0

    await line.deploy(without(line.list, absent, pull(line)))
    const id = await line.start()
    await fails(line, id, access.step, 'BatchGetImage permission')
    expect(isDenied(line, absent, since)).toBe(true)
    expect(await left()).toBe(before + 1)

    await line.deploy(without(line.list, pull(line)))
    const between = lastNumber(line)
    expect((await retried(line, id, access.step)).status).toBe('Failed')
    expect(isDenied(line, absent, between)).toBe(false)
    expect(await left()).toBe(before + 1)

    await line.deploy()
    expect(await retried(line, id, access.step)).toEqual({ status: 'Succeeded', message: '' })
  })
}

/** The stack cannot be deleted. */
function teardown({ saved, absent }: Scene): Promise<void> {
  return onCopy(absent, saved.fresh, async line => {
    await line.deploy(without(line.list, absent))
    const since = lastNumber(line)
    await firstRun(line, absent)
    expect(isDenied(line, absent, since)).toBe(false)

    const { workflowStack, cloudformationRole } = namesOf(line.definition).stages.Train as TrainNames
    const options = { pace: line.cloud.pace, report: () => {}, role: cloudformationRole.arn }
    const remove = () => deleteStack(line.account('training'), workflowStack.name, options)
    await expect(remove()).rejects.toThrow(absent.access.absence.error)
    expectDenied(line, absent, since)

    await line.deploy()
    await remove()
  })
}
