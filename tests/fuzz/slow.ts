import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type Answer, takeAnswer } from './answer.ts'
import { type Keys, message, type Parts, sign } from './request.ts'

/** Requests that begin and do not go on: each holds a connection until it is let go. */
export interface Slow {
  /** A byte more on each. */
  drip(): void
  /** Sends what is left of each; the answers, in the order of the requests. */
  finish(): Promise<(Answer | undefined)[]>
}

const bucketless: Parts = {
  service: 's3',
  method: 'PUT',
  target: '/nobody-has-this/slow',
  headers: {},
  body: Buffer.alloc(64, 'x'),
}
const target = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.ListKeys' }

const requests = (keys: Keys): Buffer[] => {
  const upload = message(bucketless, sign(bucketless, keys).headers)
  const parts: Parts = {
    service: 'kms',
    method: 'POST',
    target: '/',
    headers: target,
    body: Buffer.from(`{${' '.repeat(62)}}`),
  }
  const call = message(parts, sign(parts, keys).headers)
  const chunked = Buffer.from(
    `POST / HTTP/1.1\r\nhost: twin\r\ntransfer-encoding: chunked\r\nx-amz-target: TrentService.ListKeys\r\n\r\n${'1\r\nx\r\n'.repeat(20)}0\r\n\r\n`,
  )
  const headers = Buffer.from(`GET / HTTP/1.1\r\nhost: twin\r\nx-slow: ${'y'.repeat(64)}\r\n\r\n`)
  return [upload, call, chunked, headers]
}

/** Each sent but for its last 64 bytes, of which `drip` sends one at a time. */
export async function slowRequests(port: number, keys: Keys, each: number): Promise<Slow> {
  const open = await Promise.all(
    Array.from({ length: each }, () => requests(keys))
      .flat()
      .map(async bytes => {
        const socket = connect({ port, host: '127.0.0.1', noDelay: true })
        await once(socket, 'connect')
        const at = bytes.length - 64
        socket.write(bytes.subarray(0, at))
        return { socket, rest: bytes.subarray(at), answer: answerOf(socket) }
      }),
  )
  return {
    drip() {
      for (const one of open) {
        if (one.rest.length < 2) continue
        one.socket.write(one.rest.subarray(0, 1))
        one.rest = one.rest.subarray(1)
      }
    },
    async finish() {
      for (const { socket, rest } of open) socket.write(rest)
      const answers = await Promise.all(open.map(({ answer }) => answer))
      for (const { socket } of open) socket.destroy()
      return answers
    },
  }
}

const answerOf = (socket: Socket): Promise<Answer | undefined> =>
  new Promise(resolve => {
    let bytes: Buffer = Buffer.alloc(0)
    socket.on('data', piece => {
      bytes = Buffer.concat([bytes, piece])
      const taken = takeAnswer(bytes, false)
      if (taken !== undefined) resolve(taken.answer)
    })
    socket.on('error', () => resolve(undefined))
    socket.on('close', () => resolve(undefined))
  })
