import { type ExecutionEnvironment, type FunctionSpec, startEnvironment } from './execution-environment.ts'

export type { FunctionSpec } from './execution-environment.ts'

export interface InvocationContext {
  readonly requestId: string
  readonly functionArn: string
  readonly version?: string
  readonly clientContext?: string
  /** Wall time now, in ms: the deadline that the function sees counts from it. */
  readonly now: number
  /** Called when the process that takes the event is up. */
  readonly ready?: () => void
}

export interface InvocationResult {
  readonly payload: string
  readonly functionError?: 'Unhandled'
  /** The last 4 KB of the invocation's log. */
  readonly logTail: string
}

export interface LambdaFunction {
  invoke(payload: string, context: InvocationContext): Promise<InvocationResult>
  stop(): Promise<void>
}

const tailBytes = 4096

const milliseconds = (ms: number): string => `${ms.toFixed(2)} ms`

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html */
const reportLine = (requestId: string, ms: number, memoryMb: number, initMs: number | undefined): string =>
  [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${milliseconds(ms)}`,
    `Billed Duration: ${Math.ceil(ms)} ms`,
    `Memory Size: ${memoryMb} MB`,
    `Max Memory Used: ${memoryMb} MB`,
    ...(initMs === undefined ? [] : [`Init Duration: ${milliseconds(initMs)}`]),
  ].join('\t')

/** A function with as many processes as it has invocations at once; idle ones are kept warm until `stop`. */
export const startFunction = (spec: FunctionSpec): LambdaFunction => {
  const all = new Set<ExecutionEnvironment>()
  const idle: ExecutionEnvironment[] = []
  let stopped = false

  const take = async (): Promise<ExecutionEnvironment> => {
    for (let warm = idle.pop(); warm; warm = idle.pop()) if (warm.alive()) return warm
    const fresh = await startEnvironment(spec)
    all.add(fresh)
    // Stopped while it started: nobody else knows of it yet.
    if (stopped) await fresh.stop()
    return fresh
  }

  return {
    async invoke(payload, { requestId, functionArn, version = '$LATEST', clientContext, now, ready }) {
      if (stopped) throw new Error('the function was stopped')
      const environment = await take()
      const lines: string[] = []
      const log = (line: string) => {
        lines.push(line)
        spec.log(line)
      }
      log(`START RequestId: ${requestId} Version: ${version}`)
      const begun = performance.now()
      const deadlineMs = now + spec.timeoutMs
      const event = {
        requestId,
        payload,
        functionArn,
        deadlineMs,
        ...(clientContext === undefined ? {} : { clientContext }),
      }
      const { failed, payload: answer, initMs } = await environment.invoke(event, log, ready)
      const ms = Math.max(0.01, performance.now() - begun - (initMs ?? 0))
      log(`END RequestId: ${requestId}`)
      log(reportLine(requestId, ms, spec.memoryMb, initMs))
      if (environment.alive() && !stopped) idle.push(environment)
      else all.delete(environment)
      const logTail = Buffer.from(lines.map(line => `${line}\n`).join(''))
        .subarray(-tailBytes)
        .toString('utf8')
      return { payload: answer, ...(failed ? { functionError: 'Unhandled' as const } : {}), logTail }
    },
    async stop() {
      stopped = true
      await Promise.all([...all].map(environment => environment.stop()))
      all.clear()
    },
  }
}
