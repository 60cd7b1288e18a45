import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type Answer, takeAnswer } from './answer.ts'

/** What came of one request: its answers (a message that is no HTTP may hold several requests, or none), or why there is none. */
export type Outcome = { answers: Answer[] } | { failed: string }

/** How long a request may stay without an answer before it counts as hanging: a last resort, far above what any takes. */
const patience = 20_000

/** Sends on one kept connection, several at a time; one that the twin closes is opened again. */
export interface Connection {
  send(bytes: Buffer, head: boolean): Promise<Outcome>
  close(): void
}

interface Waiting {
  bytes: Buffer
  head: boolean
  resolve(outcome: Outcome): void
}

export function keptConnection(port: number): Connection {
  let socket: Socket | undefined
  const waiting: Waiting[] = []
  let rest: Buffer = Buffer.alloc(0)
  let timer: NodeJS.Timeout | undefined

  const open = () => {
    const own = connect({ port, host: '127.0.0.1', noDelay: true })
    socket = own
    rest = Buffer.alloc(0)
    own.on('data', bytes => own === socket && take(bytes))
    own.on('error', error => own === socket && give(`the connection was lost: ${error.message}`))
    own.on('close', () => own === socket && give('the connection was closed'))
    return own
  }

  const take = (bytes: Buffer) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      const taken = takeAnswer(rest, first.head)
      if (taken === undefined) return
      rest = taken.rest
      settle({ answers: [taken.answer] })
      if (taken.answer.closes) return again()
    }
  }

  /** The first in the line is the one that is answered, or is at fault. */
  const settle = (outcome: Outcome) => {
    waiting.shift()?.resolve(outcome)
    watch()
  }

  const watch = () => {
    clearTimeout(timer)
    timer = waiting.length === 0 ? undefined : setTimeout(() => give('no answer'), patience)
  }

  const give = (why: string) => {
    settle({ failed: `${why} (${rest.length} bytes of an answer)` })
    again()
  }

  /** What the twin has not read, because an answer before it was the connection's last, is sent once more. */
  const again = () => {
    socket?.destroy()
    socket = undefined
    if (waiting.length === 0) return
    const fresh = open()
    for (const { bytes } of waiting) fresh.write(bytes)
  }

  return {
    send: (bytes, head) =>
      new Promise(resolve => {
        waiting.push({ bytes, head, resolve })
        if (waiting.length === 1) watch()
        ;(socket ?? open()).write(bytes)
      }),
    close: () => socket?.destroy(),
  }
}

/** On a connection of its own, ended after the last byte: whatever the twin says until it closes. */
export async function sendAlone(port: number, bytes: Buffer, head: boolean): Promise<Outcome> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
  const timer = setTimeout(() => socket.destroy(new Error('no answer')), patience)
  const pieces: Buffer[] = []
  let failure = ''
  socket.on('data', piece => pieces.push(piece))
  socket.on('error', error => {
    failure = error.message
  })
  socket.end(bytes)
  await once(socket, 'close').catch(() => {})
  clearTimeout(timer)
  if (failure === 'no answer') return { failed: failure }
  const answers: Answer[] = []
  for (let rest: Buffer = Buffer.concat(pieces); rest.length > 0; ) {
    const taken = takeAnswer(rest, head && answers.length === 0)
    if (taken === undefined) return { failed: `half an answer: ${rest.toString('latin1').slice(0, 200)}` }
    answers.push(taken.answer)
    rest = taken.rest
  }
  return { answers }
}
