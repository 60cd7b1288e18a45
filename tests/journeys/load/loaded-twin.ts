import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { OperatorKey } from '@tripoint/twin'
import type { Measured, Question } from './program.ts'

/** A twin in a process of its own that says what it holds. */
export interface LoadedTwin {
  pid: number
  endpoint: string
  keys: readonly OperatorKey[]
  /** What it has printed. */
  printed(): string
  measure(): Promise<Measured>
  /** Resolves once nothing goes on in it. */
  settled(): Promise<void>
  stop(): Promise<void>
}

const counted = new URL('counted.ts', import.meta.url).href
const program = fileURLToPath(new URL('program.ts', import.meta.url))

export async function loadedTwin(state: string, flags: readonly string[] = []): Promise<LoadedTwin> {
  const args = ['--expose-gc', '--import', counted, ...flags, program, state]
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env.PATH },
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  const exited = once(child, 'exit')
  const gone = exited.then(() => {
    throw new Error(`the twin is gone:\n${printed}`)
  })
  gone.catch(() => {})
  const heard = async () => (await Promise.race([once(child, 'message'), gone]))[0]
  const ready = (await heard()) as { endpoint: string; keys: OperatorKey[] }
  // One question at a time: answers carry no name.
  let last: Promise<unknown> = Promise.resolve()
  const ask = (question: Question): Promise<unknown> => {
    last = last.then(() => {
      const answer = heard()
      child.send(question)
      return answer
    })
    return last
  }
  return {
    ...ready,
    pid: child.pid ?? 0,
    printed: () => printed,
    measure: () => ask('measure') as Promise<Measured>,
    settled: async () => void (await ask('settled')),
    async stop() {
      child.send('stop' satisfies Question)
      await exited
    },
  }
}
