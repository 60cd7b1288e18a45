import {
  because,
  isAwsError,
  type Next,
  type Tx,
  table,
  type Work,
  type WorkIo,
  type WorkKind,
} from '../../engine/index.ts'
import type { Env, Principal } from '../../gate/index.ts'
import { activities, activityNumbers, activityTasks } from './activity-record.ts'
import { parseArn } from './arn.ts'
import { type Event, parseResource } from './asl/index.ts'
import { TaskFailure } from './integration/call.ts'
import type { Progress, TaskIo } from './integration/integration.ts'
import { invokeFunction } from './integration/lambda.ts'
import { integrationOf } from './integration/table.ts'
import type { TaskState } from './task-state.ts'

export const taskKind = 'states/task'

/** Which task a token names, while it is awaited. */
export const tokens = table<{ execution: string; task: string }>('states/token') // [token]
const tokenOf = table<string>('states/token-of') // [execution ARN, task]

/** Which tasks wait for a job: by the ARN of the job. */
export const waiters = table<string>('states/waiter') // [job ARN, work id]

export function rememberToken(tx: Tx, token: string, task: { execution: string; task: string }): void {
  tokens.put(tx, [token], task)
  tokenOf.put(tx, [task.execution, task.task], token)
}

export function forgetToken(tx: Tx, execution: string, task: string): void {
  const token = tokenOf.get(tx, execution, task)
  if (token === undefined) return
  tokens.delete(tx, token)
  tokenOf.delete(tx, execution, task)
}

/** None is good for anything once the execution has ended. */
export function forgetTokens(tx: Tx, execution: string): void {
  for (const [[, task]] of [...tokenOf.entries(tx, [execution])]) forgetToken(tx, execution, String(task))
}

/** Half a minute between looks in the end: the event that ends the job wakes its task at once. */
const pause = (looks: number) => Math.min(1000 * 2 ** looks, 30_000)

type Outcome = { state: TaskState; next: Next; commit?: (tx: Tx) => void }

export const taskWork: WorkKind<TaskState, Env> = {
  kind: taskKind,
  async step(work, io, env): Promise<Outcome> {
    const { state } = work
    const cancelled = io.signals.some(({ name }) => name === 'cancel')
    if (state.phase === 'scheduled' && !cancelled) return begin(work, io, env)
    if (state.phase === 'scheduled') {
      // A start that was cut off may have begun a job: its answers say which.
      const begun = io.repeated ? await begin(work, io, env) : { state }
      if (begun.state.phase === 'scheduled') return { state, next: { when: 'done' } }
      return abort({ ...work, state: begun.state }, io, env)
    }
    if (cancelled) return abort(work, io, env)
    return look(work, io, env)
  },
}

/** Tells the execution; the task's work may be over before the execution has heard. */
const report = (state: TaskState, env: Env, events: Event[]) => (tx: Tx) => {
  for (const data of events) env.works.signal(tx, state.execution, { name: 'event', data })
}

async function begin(work: Work<TaskState>, io: WorkIo, env: Env): Promise<Outcome> {
  const { state } = work
  const { task } = state
  const resource = parseResource(task.resource)
  if (resource === undefined) throw new Error(`a validated definition has the resource ${task.resource}`)
  if (resource.kind === 'activity') return schedule(work, resource.arn, io, env)
  let progress: Progress
  let role: TaskState['role']
  try {
    role = await takeRole(work, io, env)
    const taskIo = ioOf(work, io, env, role.principal)
    progress =
      resource.kind === 'lambda'
        ? await invokeFunction(task, resource.arn, taskIo)
        : await integrationOf(resource).start(task, resource, taskIo)
  } catch (error) {
    progress = { failed: failureOf(error) }
  }
  if ('failed' in progress) {
    // A job that could not be started at all was not submitted.
    const phase =
      resource.kind === 'service' && resource.pattern.startsWith('.sync') ? { phase: 'submit' as const } : {}
    return ended(work, env, [{ type: 'task-failed', id: task.id, ...phase, ...progress.failed }])
  }
  if ('done' in progress) return ended(work, env, [{ type: 'task-succeeded', id: task.id, output: progress.done }])
  const submitted: Event = { type: 'task-submitted', id: task.id, output: progress.submitted }
  if (progress.job === undefined) return ended(work, env, [submitted])
  const { arn, job } = progress
  return {
    state: {
      ...state,
      phase: 'running',
      job,
      looks: 0,
      ...(arn === undefined ? {} : { awaits: arn }),
      ...(role === undefined ? {} : { role }),
    },
    next: { when: 'pause', at: env.clock.now() + pause(0) },
    commit(tx) {
      report(state, env, [submitted])(tx)
      if (arn !== undefined) waiters.put(tx, [arn, work.id], work.id)
    },
  }
}

const ended = (work: Work<TaskState>, env: Env, events: Event[]): Outcome => ({
  state: work.state,
  next: { when: 'done' },
  commit(tx) {
    report(work.state, env, events)(tx)
    unwait(tx, work)
  },
})

const unwait = (tx: Tx, { id, state: { awaits } }: Work<TaskState>): void => {
  if (awaits !== undefined) waiters.delete(tx, awaits, id)
}

async function look(work: Work<TaskState>, io: WorkIo, env: Env): Promise<Outcome> {
  const { state } = work
  const { task, job = null, looks = 0 } = state
  const resource = parseResource(task.resource)
  if (resource?.kind !== 'service') throw new Error('only a service integration runs on')
  let events: Event[] | undefined
  let { role } = state
  try {
    role = await takeRole(work, io, env)
    const seen = await integrationOf(resource).look?.(task, job, ioOf(work, io, env, role.principal))
    if (seen !== undefined && seen !== 'running')
      events = [
        'done' in seen
          ? { type: 'task-succeeded', id: task.id, output: seen.done }
          : { type: 'task-failed', id: task.id, ...seen.failed },
      ]
  } catch (error) {
    events = [{ type: 'task-failed', id: task.id, ...failureOf(error) }]
  }
  if (events !== undefined) return ended(work, env, events)
  return {
    state: { ...state, looks: looks + 1, ...(role === undefined ? {} : { role }) },
    next: { when: 'pause', at: env.clock.now() + pause(looks + 1) },
  }
}

/** Nobody waits any more, so a refusal to stop the job is only written to the audit. */
async function abort(work: Work<TaskState>, io: WorkIo, env: Env): Promise<Outcome> {
  const { state } = work
  const resource = parseResource(state.task.resource)
  try {
    const { principal } = await takeRole(work, io, env)
    if (resource?.kind === 'service')
      await integrationOf(resource).abort?.(state.task, state.job ?? null, ioOf(work, io, env, principal))
  } catch (error) {
    failureOf(error)
  }
  return { state, next: { when: 'done' }, commit: tx => unwait(tx, work) }
}

function failureOf(error: unknown): { error: string; cause?: string; phase?: 'runtime' } {
  if (error instanceof TaskFailure)
    return { error: error.error, cause: error.message, ...(error.phase === undefined ? {} : { phase: error.phase }) }
  if (isAwsError(error)) return { error: 'States.TaskFailed', cause: error.message }
  throw error
}

/** A session lasts an hour; a new one is taken in time. */
const fresh = 50 * 60_000

async function takeRole(work: Work<TaskState>, io: WorkIo, env: Env): Promise<{ principal: Principal; since: number }> {
  const { state } = work
  const now = env.clock.now()
  if (state.role !== undefined && now - state.role.since < fresh) return state.role
  const options = { region: state.region, cause: work.cause }
  const source = { arn: state.machine, account: state.account }
  const session = sessionName(state.execution)
  const own = await env.assume('states.amazonaws.com', state.roleArn, {
    ...options,
    session,
    source,
    token: io.token('role'),
  })
  const target = state.task.credentials?.RoleArn
  if (typeof target !== 'string') return { principal: own, since: now }
  return { principal: await chain(own, target, session, env, work, io), since: now }
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html */
async function chain(
  own: Principal,
  roleArn: string,
  session: string,
  env: Env,
  work: Work<TaskState>,
  io: WorkIo,
): Promise<Principal> {
  const { region } = work.state
  const input = { RoleArn: roleArn, RoleSessionName: session }
  const answer = await env.invoke(own, 'sts', 'AssumeRole', input, {
    region,
    cause: work.cause,
    token: io.token('target'),
  })
  const user = answer.AssumedRoleUser
  const account = roleArn.split(':')[4] ?? ''
  return {
    type: 'assumed-role',
    arn: user?.Arn ?? '',
    account,
    roleArn,
    uniqueId: user?.AssumedRoleId ?? '',
    ...(answer.Credentials?.AccessKeyId === undefined ? {} : { accessKeyId: answer.Credentials.AccessKeyId }),
    cause: work.cause,
  }
}

const sessionName = (execution: string) =>
  execution
    .split(':')
    .slice(-1)[0]
    ?.replace(/[^\w+=,.@-]/g, '_')
    .slice(0, 64)
    .padEnd(2, '_') ?? 'execution'

const ioOf = (work: Work<TaskState>, io: WorkIo, env: Env, as: Principal): TaskIo => ({
  as,
  env,
  cause: because(work.cause, { kind: 'execution', id: work.state.execution }),
  account: work.state.account,
  region: work.state.region,
  execution: work.state.execution,
  token: label => io.token(label),
})

/** An activity's task waits in its queue for a worker. */
function schedule(work: Work<TaskState>, arn: string, io: WorkIo, env: Env): Outcome {
  const { state } = work
  const { account, region, name } = parseArn(arn, 'activity')
  const { task } = state
  if (activities.get(io.read, account, region, name) === undefined)
    return ended(work, env, [
      {
        type: 'task-failed',
        id: task.id,
        error: 'States.Runtime',
        cause: `The activity ${arn} does not exist.`,
        phase: 'runtime',
      },
    ])
  return {
    state,
    next: { when: 'done' },
    commit(tx) {
      report(state, env, [{ type: 'task-scheduled', id: task.id }])(tx)
      const number = (activityNumbers.get(tx, arn) ?? 0) + 1
      activityNumbers.put(tx, [arn], number)
      activityTasks.put(tx, [arn, number], {
        token: task.token,
        input: JSON.stringify(task.parameters),
        work: state.execution,
      })
    },
  }
}
