import { because, type Cause, Interrupted, isAwsError } from '../../engine/index.ts'
import type { Env } from '../../gate/index.ts'
import type { InvocationResult } from '../../runtime/lambda/function.ts'
import { type Environment, keyOf, startEnvironment } from './environment.ts'
import { roleNoLongerAssumable } from './errors.ts'
import { arnOf, functions, type LambdaRecord } from './function.ts'

export interface Invocation {
  readonly requestId: string
  readonly payload: string
  readonly cause: Cause
  readonly clientContext?: string
  /** Ends the process, and the invocation with it. */
  readonly abort?: AbortSignal
}

/** The processes of one twin's functions: one invocation at a time each, kept warm for a while. */
export interface Pool {
  invoke(record: LambdaRecord, invocation: Invocation): Promise<InvocationResult>
  close(): Promise<void>
}

const warmMs = 300_000
/** Processes that do nothing cost memory: the longest unused one makes way. */
const mostIdle = 4

/** What the function's own calls will carry: the session of its role keeps no single requests. */
const causeOf = (record: LambdaRecord, cause: Cause): Cause =>
  because(
    cause.filter(link => link.kind !== 'request'),
    { kind: 'function', id: arnOf(record), name: record.name },
  )

function createPool(env: Env): Pool {
  const idle = new Map<Environment, () => void>()
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
    void track(environment.process.stop().then(() => environment.log.flush()))
  }

  async function take(record: LambdaRecord, cause: Cause): Promise<Environment> {
    const key = keyOf(record, cause)
    const now = env.clock.now()
    for (const [environment, cancel] of idle) {
      if (environment.key !== key || environment.until <= now) continue
      cancel()
      idle.delete(environment)
      return environment
    }
    return startEnvironment(env, record, cause).catch((error: unknown) => {
      throw isAwsError(error, 'AccessDenied') ? roleNoLongerAssumable() : error
    })
  }

  function release(environment: Environment, record: LambdaRecord) {
    const current = functions.get(env.store, record.account, record.region, record.name)
    if (closed || current?.revision !== record.revision) return end(environment)
    idle.set(
      environment,
      env.clock.after(warmMs, () => end(environment)),
    )
    const [longest] = idle.keys()
    if (idle.size > mostIdle && longest !== undefined) end(longest)
  }

  async function run(record: LambdaRecord, { requestId, payload, cause, clientContext, abort }: Invocation) {
    const environment = await take(record, causeOf(record, cause))
    busy.add(environment)
    const stopping = env.works.stopping()
    const stop = () => void environment.process.stop()
    for (const signal of [abort, stopping]) signal?.addEventListener('abort', stop, { once: true })
    if (abort?.aborted || stopping.aborted) stop()
    try {
      const context = { requestId, functionArn: arnOf(record), now: env.clock.now() }
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
      for (const signal of [abort, stopping]) signal?.removeEventListener('abort', stop)
      busy.delete(environment)
      if (abort?.aborted) end(environment)
      else release(environment, record)
    }
  }

  return {
    invoke: (record, invocation) => track(run(record, invocation)),
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
