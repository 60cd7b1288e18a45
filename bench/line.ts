import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { DescribeTrainingJobCommand, ListTrainingJobsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker'
import { operatorKey, operatorSeed, systemRandom } from '@tripoint/twin/operator'
import type { Event } from '../packages/cli/src/report/event.ts'
import { ownFlags } from './program.ts'
import type { Row } from './row.ts'

type Phase = Extract<Event, { type: 'phase' }>

/** The demo, played once as a user would, in a process of its own. */
export interface Played {
  phases: Phase[]
  /** Seconds from the start of the process. */
  ready: number
  /** From its start until the last event. */
  whole: number
  longestSilence: number
  /** Of the first run's training job, from its start to its end. */
  training: number
  megabytes: number
  cpuSeconds: number
}

/** Where examples/churn trains. */
const training = '222222222222'

export async function play(program: string, args: readonly string[], say: (phase: Phase) => void): Promise<Played> {
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1000
  const demo = spawn(
    process.execPath,
    [
      ...ownFlags(program),
      '--import',
      join(import.meta.dirname, 'resources.ts'),
      program,
      'demo',
      '--json',
      '--approve',
      '--keep',
      ...args,
    ],
    { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] },
  )
  const interrupt = () => demo.kill('SIGINT')
  process.on('SIGINT', interrupt)
  const die = () => void demo.kill('SIGKILL')
  process.once('exit', die)
  const ended = once(demo, 'close')
  const resources = text(demo.stdio[3] as NodeJS.ReadableStream)
  const played: Played = {
    phases: [],
    ready: 0,
    whole: 0,
    longestSilence: 0,
    training: 0,
    megabytes: 0,
    cpuSeconds: 0,
  }
  let twin: Extract<Event, { type: 'ready' }> | undefined
  let done = false
  for await (const line of createInterface(demo.stdout as NodeJS.ReadableStream)) {
    const event = JSON.parse(line) as Event
    const now = seconds()
    if (done) continue
    played.longestSilence = Math.max(played.longestSilence, now - played.whole)
    played.whole = now
    if (event.type === 'ready') {
      twin = event
      played.ready = now
    }
    if (event.type === 'phase') {
      played.phases.push(event)
      say(event)
    }
    if (event.type === 'done' && twin !== undefined) {
      done = true
      played.training = await trainingSeconds(twin).finally(interrupt)
    }
  }
  const [code] = await ended
  process.off('SIGINT', interrupt)
  process.off('exit', die)
  if (!done) throw new Error(`the demo ended with ${code}`)
  if (twin !== undefined) rmSync(dirname(twin.state), { recursive: true, force: true })
  const { rssMegabytes = 0, cpuSeconds = 0 } = JSON.parse((await resources) || '{}') as Record<string, number>
  return { ...played, megabytes: rssMegabytes, cpuSeconds }
}

async function trainingSeconds({ endpoint, state }: { endpoint: string; state: string }): Promise<number> {
  const credentials = operatorKey(operatorSeed(state, systemRandom), training)
  const client = new SageMakerClient({ endpoint, region: 'us-east-1', credentials })
  const { TrainingJobSummaries: jobs = [] } = await client.send(new ListTrainingJobsCommand({}))
  const oldest = jobs.toSorted((a, b) => Number(a.CreationTime) - Number(b.CreationTime))[0]
  const { TrainingStartTime: from, TrainingEndTime: to } = await client.send(
    new DescribeTrainingJobCommand({ TrainingJobName: oldest?.TrainingJobName }),
  )
  return ((to?.getTime() ?? Number.NaN) - (from?.getTime() ?? Number.NaN)) / 1000
}

/** Deploy, push and run, less the time in which the training job itself ran. */
export function lineRow({ phases, training: trained }: Played): Row {
  const line = phases.filter(({ name }) => ['deploy', 'push', 'run'].includes(name))
  return {
    measure: 'the full line, without its training',
    ours: line.reduce((sum, phase) => sum + phase.seconds, 0) - trained,
    unit: 's',
    note: `training ${trained.toFixed(2)} s`,
  }
}
