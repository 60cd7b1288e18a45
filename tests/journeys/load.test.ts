import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paginateListPipelineExecutions } from '@aws-sdk/client-codepipeline'
import { definePipeline } from '@tripoint/pipeline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import example from '../../examples/churn/tripoint.config.ts'
import { workplace } from '../../packages/cli/src/demo/workplace.ts'
import { type Survivor, survivor } from './crash/survivor.ts'
import { type LoadedTwin, loadedTwin } from './load/loaded-twin.ts'
import type { Measured } from './load/program.ts'
import { type World, world } from './load/world.ts'

const deep = process.env.TRIPOINT_DEEP === '1'

let root: string
let state: string
let it: LoadedTwin
let place: World
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'load-'))
  state = join(root, 'state')
  it = await loadedTwin(state)
  place = await world(it)
})
afterEach(async () => {
  await it.stop()
  rmSync(root, { recursive: true, force: true })
})

const names = (what: string, many: number) => Array.from({ length: many }, (_, at) => `${what}-${at}`)
const tally = (all: readonly string[]) =>
  Object.fromEntries([...Map.groupBy(all, key => key)].map(([k, v]) => [k, v.length]))
const diskKb = () => Number(execFileSync('du', ['-sk', state], { encoding: 'utf8' }).split('\t')[0])

/** Of all pipelines: how each execution has ended, and each action. */
async function outcome(pipelines: readonly string[]): Promise<{ statuses: string[]; actions: string[] }> {
  const told = await Promise.all(
    pipelines.map(async pipelineName => {
      const listed: { status?: string | undefined }[] = []
      const pages = paginateListPipelineExecutions({ client: place.codepipeline, pageSize: 40 }, { pipelineName })
      for await (const { pipelineExecutionSummaries = [] } of pages) listed.push(...pipelineExecutionSummaries)
      const { actionExecutionDetails = [] } = await place.codepipeline.listActionExecutions({ pipelineName })
      return {
        statuses: listed.map(({ status = '' }) => status),
        actions: actionExecutionDetails.map(({ stageName, status }) => `${stageName} ${status}`),
      }
    }),
  )
  return { statuses: told.flatMap(({ statuses }) => statuses), actions: told.flatMap(({ actions }) => actions) }
}

async function approve(pipelineName: string): Promise<void> {
  const { stageStates = [] } = await place.codepipeline.getPipelineState({ name: pipelineName })
  const { actionStates = [] } = stageStates.find(({ stageName }) => stageName === 'Approval') ?? {}
  const token = actionStates[0]?.latestExecution?.token
  const result = { status: 'Approved', summary: 'one of many' } as const
  const asked = { pipelineName, stageName: 'Approval', actionName: 'Approval', token }
  await place.codepipeline.putApprovalResult({ ...asked, result })
}

test('a hundred pipelines at once: all finish, each effect once, and few processes of functions at a time', async () => {
  const lines = names('line', 100)
  await Promise.all(lines.map(place.line))
  await it.settled()
  expect(it.printed()).toBe('')
  await Promise.all(lines.map(approve))
  await it.settled()
  expect(it.printed()).toBe('')
  const { actions, statuses } = await outcome(lines)
  expect(tally(statuses)).toEqual({ Succeeded: 100 })
  expect(tally(actions)).toEqual({
    'Source Succeeded': 100,
    'Train Succeeded': 100,
    'Approval Succeeded': 100,
    'Deploy Succeeded': 100,
  })
  const { done, tried, cpuSeconds, processes, capacity } = await it.measure()
  const effects = ['states:StartExecution', 'codepipeline:PutApprovalResult', 'lambda:Invoke']
  for (const effect of [...effects, 'codepipeline:PutJobSuccessResult'])
    expect({ effect, done: done[effect], tried: tried[effect] }).toEqual({ effect, done: 100, tried: 100 })
  expect(processes).toBeLessThanOrEqual(capacity)
  console.info(
    `a hundred lines: ${cpuSeconds.toFixed(1)} CPU s of the twin, ${processes} processes at once (limit ${capacity})`,
  )
}, 120_000)

/** Runs so many and waits until nothing goes on. */
type Round = () => Promise<void>

/** What a hundred executions have cost. */
interface Hundred extends Measured {
  kb: number
  ms: number
}

async function hundreds(rounds: number, round: Round): Promise<Hundred[]> {
  const all: Hundred[] = []
  for (let done = 0; done < rounds; done++) {
    const [kb, began] = [diskKb(), performance.now()]
    await round()
    const ms = performance.now() - began
    all.push({ ...(await it.measure()), kb: diskKb() - kb, ms })
  }
  return all
}

const at = (all: readonly Hundred[], index: number): Hundred => {
  const found = all.at(index)
  if (found === undefined) throw new Error(`no ${index}`)
  return found
}

/** `full`: the hundred after which what the twin keeps in its memory up to a number (sessions, most of all) is all there. */
function flat(what: string, all: readonly Hundred[], full = 1) {
  const [early, warm, last] = [at(all, 1), at(all, full), at(all, -1)]
  const executions = (all.length - 1 - full) * 100
  const slope = ((last.heapMb - warm.heapMb) * 1024) / executions
  const cost = (index: number) => spent(at(all, index - 1), at(all, index))
  console.info(
    `${what}: heap ${early.heapMb}, ${warm.heapMb} → ${last.heapMb} MB (${slope.toFixed(2)} KB each), own memory ${early.ownMb.toFixed(0)} → ${last.ownMb.toFixed(0)} MB, ` +
      `resident ${early.rssMb.toFixed(0)} → ${last.rssMb.toFixed(0)} MB, disk ${(last.kb / 100).toFixed(1)} KB each; ` +
      `a hundred ${early.ms.toFixed(0)} → ${last.ms.toFixed(0)} ms, store ${JSON.stringify(cost(2))} → ${JSON.stringify(cost(all.length - 1))}`,
  )
  expect(slope).toBeLessThan(2)
  expect(last.heapMb).toBeLessThan(early.heapMb + 4)
  expect(last.ownMb).toBeLessThan(early.ownMb + 80)
  expect(last.resources).toEqual(warm.resources)
  expect(last.files).toBe(warm.files)
  asDear(cost(2), cost(all.length - 1))
}

type Spent = Record<'gets' | 'rows' | 'commits', number>

const spent = ({ counts: before }: Measured, { counts: after }: Measured): Spent => ({
  gets: after.gets - before.gets,
  rows: after.rows - before.rows,
  commits: after.commits - before.commits,
})

/** A hundred that ask the store no more than an earlier hundred did: nothing looks through all that has been. */
function asDear(earlier: Spent, later: Spent) {
  // How many changes share a commit, and how often an action looks, is a matter of time.
  for (const name of ['gets', 'rows'] as const) expect(later[name], name).toBeLessThanOrEqual(earlier[name] * 1.1 + 20)
}

/** How often the store is asked for it. */
async function asked(task: () => Promise<unknown>): Promise<Spent> {
  const before = await it.measure()
  await task()
  return spent(before, await it.measure())
}

test('after a thousand executions the twin holds no more than after two hundred, and works no harder', async () => {
  const lines = names('light', 10)
  await Promise.all(lines.map(place.light))
  await it.settled()
  const hundred = async () => {
    for (let turn = 0; turn < 10; turn++) {
      await Promise.all(lines.map(name => place.codepipeline.startPipelineExecution({ name })))
      await it.settled()
    }
  }
  const pipelines = await hundreds(10, hundred)
  const machines = await hundreds(10, async () => {
    for (let turn = 0; turn < 10; turn++) {
      await Promise.all(names('turn', 10).map(() => place.states.startExecution({ stateMachineArn: place.machine })))
      await it.settled()
    }
  })
  expect(it.printed()).toBe('')
  // One more each: what was made with the pipeline.
  expect(tally((await outcome(lines)).statuses)).toEqual({ Succeeded: 1010 })
  flat('pipelines', pipelines, 7)
  flat('state machines', machines)

  const [pipelineName = ''] = lines
  const newest = { maxResults: 10 }
  const listed = [
    await asked(() => place.codepipeline.listPipelineExecutions({ pipelineName, ...newest })),
    await asked(() => place.states.listExecutions({ stateMachineArn: place.machine, ...newest })),
  ]
  for (const { gets, rows } of listed) expect(gets + rows).toBeLessThan(60)

  // Rules that an event does not match cost it nothing but the match.
  const before = await asked(hundred)
  const EventPattern = JSON.stringify({ source: ['another'] })
  for (const Name of names('rule', 100)) await place.events.putRule({ Name, EventPattern })
  await hundred()
  asDear(before, await asked(hundred))
}, 240_000)

/** The example's line by another name, with people of its own. */
async function realLine(name: string): Promise<Survivor> {
  const place = { ...(await workplace(join(root, name))), state }
  const definition = definePipeline({
    ...example,
    name,
    source: { ...example.source, repository: name },
    stages: example.stages.map(stage => ('endpoint' in stage ? { ...stage, endpoint: name } : stage)),
    people: {
      ...example.people,
      publishers: [`arn:aws:iam::111111111111:user/publisher-of-${name}`],
      approvers: [`arn:aws:iam::111111111111:user/approver-of-${name}`],
    },
  })
  return survivor(place, it.endpoint, definition)
}

test.runIf(deep)(
  'ten real lines at once: deployed, trained, approved, and all ten endpoints answer',
  async () => {
    const lines = await Promise.all(names('churn', 10).map(realLine))
    const all = <T>(task: (line: Survivor) => Promise<T>) => Promise.all(lines.map(task))
    await all(line => line.deploy())
    await all(line => line.upload())
    const ids = await all(line => line.push('Train'))
    expect(await Promise.all(lines.map((line, at) => line.finish(ids[at] ?? '')))).toEqual(
      lines.map(() => ({ status: 'Succeeded' })),
    )
    const rows = readFileSync(join(root, 'churn-0/project/data/validation.csv'), 'utf8').split('\n').slice(0, 3)
    const answers = await all(line => line.predict(rows.map(row => row.slice(row.indexOf(',') + 1))))
    expect(answers.map(each => each.length)).toEqual(lines.map(() => 3))
    const { done, processes, cpuSeconds } = await it.measure()
    for (const effect of ['sagemaker:CreateTrainingJob', 'sagemaker:CreateModel', 'sagemaker:CreateEndpoint'])
      expect({ effect, done: done[effect] }).toEqual({ effect, done: 10 })
    console.info(`ten real lines: ${cpuSeconds.toFixed(1)} CPU s of the twin, ${processes} processes at once`)
  },
  600_000,
)
