import { type Child, type Exit, startChild } from '../process/child.ts'
import { entryPoint } from '../process/entry-point.ts'
import { readEndMark } from './end-mark.ts'
import { type Event, type Outcome, startRuntimeApi } from './runtime-api.ts'

export interface FunctionSpec {
  /** The folder that holds the unpacked deployment package. */
  readonly root: string
  readonly handler: string
  readonly runtime: string
  /** The function's variables and the AWS_* ones of its role's session; nothing of this process's own. */
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly memoryMb: number
  readonly log: (line: string) => void
}

export interface Ended extends Outcome {
  readonly initMs?: number
}

/** One process, one invocation at a time, warm until it is stopped or something kills it. */
export interface ExecutionEnvironment {
  alive(): boolean
  /** `ready` is called when the process is up: at once, where it is warm. */
  invoke(event: Event, log: (line: string) => void, ready?: () => void): Promise<Ended>
  stop(): Promise<void>
}

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html: init may take 10 s */
const initLimitMs = 10_000

const failure = (errorType: string, requestId: string, text: string): Outcome => ({
  failed: true,
  payload: JSON.stringify({ errorType, errorMessage: `RequestId: ${requestId} Error: ${text}` }),
})

const exitText = ({ exitCode, signal, error }: Exit): string => {
  if (error !== undefined) return `Runtime failed to start: ${error}`
  if (signal !== null) return `Runtime exited with error: signal: ${signal === 'SIGKILL' ? 'killed' : signal}`
  return exitCode === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${exitCode}`
}

const late = (ms: number) => {
  const { promise, resolve } = Promise.withResolvers<'late'>()
  const timer = setTimeout(resolve, ms, 'late')
  return { promise, clear: () => clearTimeout(timer) }
}

export const startEnvironment = async (spec: FunctionSpec): Promise<ExecutionEnvironment> => {
  const api = await startRuntimeApi()
  const started = performance.now()
  let log = spec.log
  let ended: { readonly id: string; readonly tell: () => void } | undefined
  let dead = false
  let cold = true

  const child: Child = startChild({
    command: process.execPath,
    args: [`--max-old-space-size=${Math.max(64, spec.memoryMb)}`, entryPoint('lambda/bootstrap')],
    cwd: spec.root,
    environment: {
      ...spec.environment,
      TZ: ':UTC',
      LANG: 'en_US.UTF-8',
      AWS_EXECUTION_ENV: `AWS_Lambda_${spec.runtime}`,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
      AWS_LAMBDA_RUNTIME_API: api.address,
      LAMBDA_TASK_ROOT: spec.root,
      _HANDLER: spec.handler,
    },
    log: line => {
      const id = readEndMark(line)
      if (id === undefined) return log(line.replaceAll('\r', '\n'))
      if (ended?.id === id) ended.tell()
    },
  })
  const exited = child.exited.then(exit => {
    dead = true
    api.close()
    return exit
  })

  const endOfLog = (id: string): Promise<void> =>
    new Promise(tell => {
      ended = { id, tell }
    })

  /** Undefined when the process is ready for events. */
  const initialise = async (requestId: string): Promise<Outcome | undefined> => {
    const limit = late(initLimitMs)
    const first = await Promise.race([api.initialised, exited, limit.promise])
    limit.clear()
    if (first === undefined) return undefined
    if (first === 'late') {
      await child.stop(0)
      return failure('Sandbox.Timedout', requestId, `Task timed out after ${(initLimitMs / 1000).toFixed(2)} seconds`)
    }
    if ('failed' in first) {
      await exited
      return first
    }
    return failure('Runtime.ExitError', requestId, exitText(first))
  }

  const run = async (event: Event): Promise<Outcome> => {
    const logged = endOfLog(event.requestId)
    const limit = late(spec.timeoutMs)
    const first = await Promise.race([api.deliver(event), exited, limit.promise])
    limit.clear()
    if (first === 'late') {
      dead = true
      await child.stop(0)
      const text = `Task timed out after ${(spec.timeoutMs / 1000).toFixed(2)} seconds`
      log(`${new Date().toISOString()} ${event.requestId} ${text}\n`)
      return failure('Sandbox.Timedout', event.requestId, text)
    }
    if (!('failed' in first)) return failure('Runtime.ExitError', event.requestId, exitText(first))
    const patience = late(500)
    await Promise.race([logged, exited, patience.promise])
    patience.clear()
    return first
  }

  return {
    alive: () => !dead,
    async invoke(event, to, ready = () => {}) {
      log = to
      const wasCold = cold
      cold = false
      const broken = wasCold ? await initialise(event.requestId) : undefined
      const initMs = performance.now() - started
      ready()
      const outcome = broken ?? (await run(event))
      log = spec.log
      return wasCold ? { ...outcome, initMs } : outcome
    },
    async stop() {
      dead = true
      await child.stop(0)
    },
  }
}
