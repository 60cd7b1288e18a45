import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { DescribeTrainingJobCommand, ListTrainingJobsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker'
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { client, sleep } from '../../../packages/cli/src/cloud/cloud.ts'
import { predict } from '../../../packages/cli/src/line/invoke.ts'
import { actionsOf } from '../../../packages/cli/src/line/watch.ts'
import { stepReaches } from '../absence/follow.ts'
import { type MovedClock, movedClock } from '../absence/moved-clock.ts'
import { newestExecution, type SavedLines, savedLines } from '../absence/saved-lines.ts'
import { type Line, openLine } from '../line.ts'
import { once, refusal } from './call.ts'
import { retryStage } from './retry.ts'

const deep = process.env.TRIPOINT_DEEP === '1'
const hour = 3_600_000
const day = 24 * hour
const year = 365 * day

let saved: SavedLines
const overflows: string[] = []
const onWarning = ({ name, message }: Error) => void (/Timeout/.test(name) && overflows.push(message))
beforeAll(async () => {
  process.on('warning', onWarning)
  saved = await savedLines()
})
afterAll(() => {
  process.off('warning', onWarning)
  saved?.remove()
})

/** A copy of a saved line under a clock of its own; nothing in it may break, and no limit may be beyond what a timer takes. */
async function under(root: string, play: (line: Line, clock: MovedClock) => Promise<void>, ahead = 0): Promise<void> {
  const clock = movedClock(ahead)
  const faults: string[] = []
  const log = (text: string) => void (/parked|unexpected|no worker/.test(text) && faults.push(text))
  const line = await openLine(root, { clock, log })
  try {
    await play(line, clock)
    const numbers = line.audit().map(({ number }) => number)
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(await durations(line)).toEqual([])
  } finally {
    await line.close()
  }
  expect(faults).toEqual([])
  expect(overflows).toEqual([])
}

/** What ended before it began, and what lasted less than nothing. */
async function durations(line: Line): Promise<string[]> {
  const actions = await actionsOf(line.account('shared'), line.definition.name, await newestExecution(line))
  const sagemaker = client(SageMakerClient, line.account('training'))
  const { TrainingJobSummaries = [] } = await sagemaker.send(new ListTrainingJobsCommand({}))
  const jobs = await Promise.all(
    TrainingJobSummaries.map(({ TrainingJobName }) =>
      sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName })),
    ),
  )
  return [
    ...actions
      .filter(({ startTime, lastUpdateTime }) => Number(lastUpdateTime) < Number(startTime))
      .map(({ actionName }) => `${actionName}`),
    ...jobs
      .filter(
        ({ TrainingTimeInSeconds = 0, BillableTimeInSeconds = 0 }) =>
          TrainingTimeInSeconds < 0 || BillableTimeInSeconds < 0,
      )
      .map(({ TrainingJobName }) => `${TrainingJobName}`),
  ]
}

async function answers(line: Line): Promise<void> {
  const [row = ''] = readFileSync(join(line.place.project, 'data', 'validation.csv'), 'utf8').split('\n')
  expect(await predict(line.account('production'), 'churn', [row.slice(row.indexOf(',') + 1)])).toHaveLength(1)
}

const reaches = (line: Line, id: string, step: string) => stepReaches(line, id, step, status => status === 'InProgress')

/** While it waits for a person, nobody sets a timer again and again. */
async function rests(line: Line, clock: MovedClock): Promise<void> {
  await line.twin.settled()
  const set = clock.set()
  await sleep(5 * line.cloud.pace)
  expect(clock.set() - set).toBeLessThanOrEqual(1)
}

test('forward and backward while the line runs: it goes on to a live endpoint', () =>
  under(saved.fresh, async (line, clock) => {
    const id = await line.start()
    await reaches(line, id, 'Train/RunWorkflow')
    clock.forward(hour)
    await reaches(line, id, 'Approve/Approve')
    for (const jump of [day, -hour, -day, -day, day]) {
      clock.forward(jump)
      await rests(line, clock)
      expect((await reaches(line, id, 'Approve/Approve')).status).toBe('InProgress')
    }
    const end = line.finish(id)
    await reaches(line, id, 'Deploy/DeployEndpoint')
    clock.forward(-day)
    expect(await end).toEqual({ status: 'Succeeded' })
    await answers(line)
  }))

test('an approval waits seven days, and no longer; retried, it goes on', () =>
  under(saved.waiting, async (line, clock) => {
    const id = await newestExecution(line)
    clock.forward(7 * day - hour)
    expect((await reaches(line, id, 'Approve/Approve')).status).toBe('InProgress')
    clock.forward(hour)
    expect(await stepReaches(line, id, 'Approve/Approve')).toMatchObject({
      status: 'Failed',
      message: expect.stringContaining('expired'),
    })
    await retryStage(line.account('shared'), id, 'Approve')
    expect(await line.finish(id)).toEqual({ status: 'Succeeded' })
    await answers(line)
  }))

test('sessions run out, and what was signed by another clock is refused as AWS refuses it', () =>
  under(saved.waiting, async (line, clock) => {
    const shared = line.account('shared')
    const sts = once(STSClient, shared)
    const s3 = once(S3Client, shared)
    // Its holder's clock goes on as this machine's does: what is too old by an hour is within its time by a quarter of one.
    const { Credentials } = await sts.send(new GetSessionTokenCommand({ DurationSeconds: 900 }))
    const session = {
      ...shared,
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      },
    }
    const asSession = () => refusal(client(STSClient, session).send(new GetCallerIdentityCommand({})))
    expect(await asSession()).toBeUndefined()
    clock.forward(hour)
    expect(await asSession()).toMatchObject({ name: 'ExpiredToken', status: 403 })
    expect(await refusal(sts.send(new GetCallerIdentityCommand({})))).toEqual({
      name: 'SignatureDoesNotMatch',
      status: 403,
      message: expect.stringContaining('Signature expired'),
    })
    expect(await refusal(s3.send(new ListBucketsCommand({})))).toMatchObject({
      name: 'RequestTimeTooSkewed',
      status: 403,
    })
    // An SDK that may ask again takes the time of the answer.
    await client(STSClient, shared).send(new GetCallerIdentityCommand({}))
    clock.forward(-2 * hour)
    expect(await refusal(once(STSClient, shared).send(new GetCallerIdentityCommand({})))).toMatchObject({
      message: expect.stringContaining('Signature not yet current'),
    })
    clock.forward(hour)
    await once(STSClient, shared).send(new GetCallerIdentityCommand({}))
  }))

/** Saved while it trained, opened by another clock. */
async function reopened(jump: number, play: (line: Line, id: string) => Promise<void>): Promise<void> {
  const line = await openLine(saved.fresh)
  const id = await line.start()
  await reaches(line, id, 'Train/RunWorkflow')
  const root = await line.save()
  await under(root, later => play(later, id), jump)
  rmSync(root, { recursive: true, force: true })
}

test.each([['a day later', day], ...(deep ? [['a day earlier', -day] as const] : [])] as const)(
  'opened %s than it was closed, a line that trained goes on',
  (_when, jump) =>
    reopened(jump, async (line, id) => {
      expect(await line.finish(id)).toEqual({ status: 'Succeeded' })
      await answers(line)
    }),
)

test.runIf(deep)(
  'opened a year later than it was closed, a line that trained has run out of its time; retried, it goes on',
  () =>
    reopened(year, async (line, id) => {
      const { failed } = await line.finish(id)
      expect(failed).toMatchObject({ stage: 'Train', action: 'RunWorkflow', code: 'TimeoutError' })
      await retryStage(line.account('shared'), id, 'Train')
      expect(await line.finish(id)).toEqual({ status: 'Succeeded' })
      await answers(line)
    }),
)
