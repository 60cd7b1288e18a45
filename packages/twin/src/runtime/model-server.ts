import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { engineFor } from './container.ts'
import type { Child, Exit } from './process/child.ts'

export interface ServerSpec {
  readonly image: string
  /** Holds `model/`: the container's `/opt/ml`. */
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
  readonly log: (line: string) => void
  /** How long `/ping` may take to answer 200. */
  readonly readyWithinMs?: number
  /** Ends a server that is not ready yet. */
  readonly signal?: AbortSignal
}

export interface Invocation {
  readonly body: Uint8Array
  readonly contentType?: string
  readonly accept?: string
  readonly customAttributes?: string
}

export interface InvocationResult {
  readonly status: number
  readonly contentType: string | undefined
  readonly body: Uint8Array
  readonly customAttributes?: string
}

export interface ModelServer {
  readonly port: number
  readonly pid: number | undefined
  readonly exited: Promise<Exit>
  invoke(invocation: Invocation): Promise<InvocationResult>
  stop(): Promise<void>
}

/** SageMaker sends SIGTERM, and SIGKILL 30 s later: https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html */
const stopGraceMs = 30_000
/** A container has 8 minutes to pass its first health checks; see the same page. */
const defaultReadyMs = 480_000
/** … and 60 seconds for an answer. */
const answerMs = 60_000

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

/** The invocation did not reach the container: it was gone, or closed the connection that had been kept open. */
export class Unreached extends Error {
  override name = 'Unreached'
}

/** https://nodejs.org/docs/latest-v24.x/api/http.html#requestreusedsocket */
const unreached = ({ reusedSocket }: { reusedSocket: boolean }, { code = '', message }: NodeJS.ErrnoException) =>
  code === 'ECONNREFUSED' || (reusedSocket && /^(ECONNRESET|EPIPE)$/.test(code)) ? new Unreached(message) : undefined

interface Ask {
  readonly agent: Agent
  readonly port: number
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  readonly timeoutMs: number
}

const ask = ({ agent, port, method, path, headers, body, timeoutMs }: Ask): Promise<InvocationResult> =>
  new Promise((resolve, reject) => {
    const asked = request({ agent, host: '127.0.0.1', port, method, path, headers }, async response => {
      try {
        const chunks: Buffer[] = []
        for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk)
        const attributes = response.headers['x-amzn-sagemaker-custom-attributes']
        resolve({
          status: response.statusCode ?? 500,
          contentType: response.headers['content-type'],
          body: Buffer.concat(chunks),
          ...(attributes === undefined ? {} : { customAttributes: String(attributes) }),
        })
      } catch (error) {
        reject(error)
      }
    })
    asked.setTimeout(timeoutMs, () => asked.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)))
    asked.on('error', error => reject(unreached(asked, error) ?? error))
    asked.end(body)
  })

/** Polls `/ping` until it answers 200; rejects with the reason when the process dies or the time is over. */
const ready = async (agent: Agent, port: number, child: Child, withinMs: number): Promise<void> => {
  const died = child.exited.then(({ exitCode, signal, error }) => {
    throw new Error(
      `The container stopped before it passed the ping health check (${error ?? signal ?? `exit code ${exitCode}`}).`,
    )
  })
  died.catch(() => {})
  for (let waited = 0; waited < withinMs; waited += 20) {
    const ping = ask({ agent, port, method: 'GET', path: '/ping', headers: {}, timeoutMs: 2_000 }).catch(
      () => undefined,
    )
    if ((await Promise.race([ping, died]))?.status === 200) return
    await Promise.race([setTimeout(20), died])
  }
  throw new Error('The container did not pass the ping health check in time.')
}

const headersOf = ({ contentType, accept, customAttributes }: Invocation): Record<string, string> => ({
  ...(contentType === undefined ? {} : { 'content-type': contentType }),
  ...(accept === undefined ? {} : { accept }),
  ...(customAttributes === undefined ? {} : { 'x-amzn-sagemaker-custom-attributes': customAttributes }),
})

/** Runs `serve` in a container; resolves when it answers `/ping` and what it wrote until then has been given to `log`. */
export const startServer = async (spec: ServerSpec): Promise<ModelServer> => {
  const { image, directory, environment, log, readyWithinMs = defaultReadyMs, signal } = spec
  const engine = await engineFor(image)
  const port = await freePort()
  const child = await engine.start({ image, command: 'serve', directory, environment, port, log })
  const agent = new Agent({ keepAlive: true })
  const stop = () => void child.stop(0)
  signal?.addEventListener('abort', stop, { once: true })
  if (signal?.aborted) stop()
  try {
    await ready(agent, port, child, readyWithinMs)
    await child.written()
  } catch (error) {
    agent.destroy()
    await child.stop(2_000)
    throw error
  } finally {
    signal?.removeEventListener('abort', stop)
  }
  return {
    port,
    pid: child.pid,
    exited: child.exited,
    invoke: invocation =>
      ask({
        agent,
        port,
        method: 'POST',
        path: '/invocations',
        headers: { ...headersOf(invocation), 'content-length': String(invocation.body.byteLength) },
        body: invocation.body,
        timeoutMs: answerMs,
      }),
    async stop() {
      agent.destroy()
      await child.stop(stopGraceMs)
    },
  }
}
