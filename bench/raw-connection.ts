import { connect, type Socket } from 'node:net'

export interface RawAnswer {
  status: number
  head: string
  body: Buffer
}

/** One kept-alive connection that writes bytes made beforehand: next to no work for the client. */
export interface RawConnection {
  send(request: Buffer): Promise<RawAnswer>
  close(): void
}

export function rawConnection(endpoint: string): RawConnection {
  const { hostname, port } = new URL(endpoint)
  const socket: Socket = connect({ host: hostname, port: Number(port), noDelay: true })
  let parts: Buffer[] = []
  let held = 0
  /** Of the answer under way, once its head is there. */
  let wanted: { status: number; head: string; from: number; length: number } | undefined
  let waiting: PromiseWithResolvers<RawAnswer> | undefined

  socket.on('data', part => {
    parts.push(part)
    held += part.length
    wanted ??= readHead(parts.length === 1 ? part : Buffer.concat(parts))
    if (wanted === undefined || held < wanted.from + wanted.length) return
    const { status, head, from, length } = wanted
    const all = parts.length === 1 ? part : Buffer.concat(parts)
    parts = []
    held = 0
    wanted = undefined
    waiting?.resolve({ status, head, body: all.subarray(from, from + length) })
  })
  const fail = (error: Error) => waiting?.reject(error)
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the server closed the connection')))

  return {
    send(request) {
      waiting = Promise.withResolvers()
      socket.write(request)
      return waiting.promise
    },
    close: () => socket.destroy(),
  }
}

function readHead(bytes: Buffer) {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = bytes.toString('latin1', 0, end)
  const length = /^content-length: *(\d+)/im.exec(head)?.[1]
  if (length === undefined && !/^HTTP\/1.1 204/.test(head)) throw new Error(`no content-length in ${head}`)
  return { status: Number(head.slice(9, 12)), head, from: end + 4, length: Number(length ?? 0) }
}
