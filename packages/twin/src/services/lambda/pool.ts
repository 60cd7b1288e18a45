import { because, type Cause, Interrupted, isAwsError } from '../../engine/index.ts'
import type { Env } from '../../gate/index.ts'
import { capacity } from '../../runtime/capacity.ts'
import type { InvocationResult } from '../../runtime/lambda/function.ts'
import { type Environment, keyOf, startEnvironment } from './environment.ts'
import { roleNoLongerAssumable, tooManyAtOnce } from './errors.ts'
import { arnOf, functions, type LambdaRecord } from './function.ts'
import { turns } from './turns.ts'

export interface Invocation {
  readonly requestId: string
  readonly payload: string
  readonly cause: Cause
  readonly clientContext?: string
  /** Ends the process, and the invocation with it. */
  readonly abort?: AbortSignal
  /** The caller does nothing else until it is answered. */
  readonly awaited?: true
}

/**
 * The processes of one twin's functions: one invocation at a time each, kept warm for a while, and no more of them than
 * the machine carries. Who finds none waits until one is given back, or it is its turn to start one.
 */
export interface Pool {
  invoke(record: LambdaRecord, invocation: Invocation): Promise<InvocationResult>
  close(): Promise<void>
}

const warmMs = 300_000
/** Processes that do nothing cost memory: the longest unused one makes way. */
const mostIdle = 4
/** Invocations of an account in a Region, waiting ones included: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const mostAtOnce = 1_000

/** What the function's own calls will carry: the session of its role keeps no single requests. */
const causeOf = (record: LambdaRecord, cause: Cause): Cause =>
  because(
    cause.filter(link => link.kind !== 'request'),
    { kind: 'function', id: arnOf(record), name: record.name },
  )

function createPool(env: Env): Pool {
  const idle = new Map<Environment, () => void>()
  const queue = turns<Environment>({ starts: capacity.starts, most: capacity.functions }, () => {
    const [longest] = idle.keys()
    if (longest !== undefined) end(longest)
  })
  /** Invocations by account and Region. */
  const going = new Map<string, number>()
  const busy = new Set<Environment>()
  /** What must be over before the store may close. */
  const ending = new Set<Promise<unknown>>()
  let closed = false

  const track = <T>(task: Promise<T>): Promise<T> => {
    ending.add(task)
    void task.catch(() => {}).then(() => ending.delete(task))
    return task
  }

  const end = (environment: Environment) => {
    idle.get(environment)?.()
    idle.delete(environment)
    queue.gone()
    void track(environment.process.stop().then(() => environment.log.flush()))
  }

  function warm(key: string): Environment | undefined {
    for (const [environment, cancel] of idle) {
      if (environment.key !== key || environment.until <= env.clock.now()) continue
      cancel()
      idle.delete(environment)
      return environment
    }
    return undefined
  }

  async function take(
    record: LambdaRecord,
    cause: Cause,
    signals: readonly AbortSignal[],
    beyond: boolean,
  ): Promise<{ environment: Environment; cold: boolean }> {
    const key = keyOf(env, record)
    const found = warm(key)
    if (found !== undefined) return { environment: found, cold: false }
    const given = await queue.take(key, signals, beyond)
    if (given !== undefined) return { environment: given, cold: false }
    try {
      return { environment: await startEnvironment(env, record, cause), cold: true }
    } catch (error) {
      queue.started()
      queue.gone()
      throw isAwsError(error, 'AccessDenied') ? roleNoLongerAssumable() : error
    }
  }

  function release(environment: Environment, record: LambdaRecord) {
    const current = functions.get(env.store, record.account, record.region, record.name)
    const good = current?.revision === record.revision && environment.until > env.clock.now()
    if (closed || !good) return end(environment)
    if (queue.offer(environment.key, environment)) return
    idle.set(
      environment,
      env.clock.after(warmMs, () => end(environment)),
    )
    const [longest] = idle.keys()
    if (idle.size > mostIdle && longest !== undefined) end(longest)
  }

  async function run(record: LambdaRecord, invocation: Invocation) {
    const { requestId, payload, clientContext, abort, awaited = false } = invocation
    const stopping = env.works.stopping()
    const signals = [stopping, ...(abort === undefined ? [] : [abort])]
    const cause = causeOf(record, invocation.cause)
    // Those that wait for what they call might hold every place.
    const beyond = awaited && invocation.cause.some(({ kind }) => kind === 'function')
    const { environment, cold } = await take(record, cause, signals, beyond)
    let starting = cold
    const ready = () => {
      if (starting) queue.started()
      starting = false
    }
    busy.add(environment)
    const stop = () => void environment.process.stop()
    for (const signal of signals) signal.addEventListener('abort', stop, { once: true })
    if (signals.some(({ aborted }) => aborted)) stop()
    try {
      environment.work(cause)
      const context = { requestId, functionArn: arnOf(record), now: env.clock.now(), ready }
      const result = await environment.process.invoke(
        payload,
        clientContext === undefined ? context : { ...context, clientContext },
      )
      await environment.log.flush()
      if (stopping.aborted && result.functionError !== undefined) throw new Interrupted()
      return result
    } catch (error) {
      throw stopping.aborted ? new Interrupted() : error
    } finally {
      for (const signal of signals) signal.removeEventListener('abort', stop)
      ready()
      busy.delete(environment)
      if (abort?.aborted) end(environment)
      else release(environment, record)
    }
  }

  return {
    async invoke(record, invocation) {
      const place = `${record.account}/${record.region}`
      const others = going.get(place) ?? 0
      if (others >= mostAtOnce) throw tooManyAtOnce()
      going.set(place, others + 1)
      try {
        return await track(run(record, invocation))
      } finally {
        going.set(place, (going.get(place) ?? 1) - 1)
      }
    },
    async close() {
      closed = true
      for (const environment of [...idle.keys()]) end(environment)
      for (const environment of busy) void environment.process.stop()
      while (ending.size > 0) await Promise.allSettled([...ending])
    },
  }
}

const pools = new WeakMap<Env, Pool>()

export function poolOf(env: Env): Pool {
  const pool = pools.get(env) ?? createPool(env)
  pools.set(env, pool)
  return pool
}

export async function closePool(env: Env): Promise<void> {
  await pools.get(env)?.close()
  pools.delete(env)
}
