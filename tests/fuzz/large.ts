import { connect } from 'node:net'
import { takeAnswer } from './answer.ts'
import { type Keys, message, type Parts, sign } from './request.ts'

const mebibyte = 1 << 20
const piece = Buffer.alloc(mebibyte, ' ')

/** Bodies that no operation takes: what they say of their length, and how many mebibytes really come. */
const bodies = (keys: Keys): readonly { head: Buffer; mebibytes: number; chunked?: boolean }[] => {
  const json = (length: string | undefined): Parts => ({
    service: 'kms',
    method: 'POST',
    target: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'TrentService.ListKeys',
      ...(length === undefined ? {} : { 'content-length': length }),
    },
    body: Buffer.alloc(0),
  })
  const form: Parts = {
    ...json(String(51 * mebibyte)),
    service: 'iam',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(51 * mebibyte) },
  }
  const xml: Parts = {
    service: 's3',
    method: 'POST',
    target: '/nobody-has-this?delete',
    headers: { 'content-length': String(51 * mebibyte) },
    body: Buffer.alloc(0),
  }
  const head = (parts: Parts, more = {}) =>
    message(parts, { ...sign(parts, keys, 'UNSIGNED-PAYLOAD').headers, ...more })
  return [
    { head: head(json(String(51 * mebibyte))), mebibytes: 51 },
    { head: head(json('99999999999999')), mebibytes: 1 },
    { head: head(json(undefined), { 'transfer-encoding': 'chunked' }), mebibytes: 60, chunked: true },
    { head: head(form), mebibytes: 51 },
    { head: head(xml), mebibytes: 51 },
  ]
}

/** Sends each on a connection of its own; the statuses that come back. */
export async function largeRequests(port: number, keys: Keys): Promise<number[]> {
  const statuses: number[] = []
  for (const { head, mebibytes, chunked = false } of bodies(keys)) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const answer = new Promise<number>(resolve => {
      let bytes: Buffer = Buffer.alloc(0)
      socket.on('data', more => {
        bytes = Buffer.concat([bytes, more])
        const taken = takeAnswer(bytes, false)
        if (taken !== undefined) resolve(taken.answer.status)
      })
      socket.on('error', () => resolve(0))
      socket.on('close', () => resolve(0))
    })
    socket.write(head)
    for (let sent = 0; sent < mebibytes && socket.writable; sent++) {
      const bytes = chunked
        ? Buffer.concat([Buffer.from(`${mebibyte.toString(16)}\r\n`), piece, Buffer.from('\r\n')])
        : piece
      await Promise.race([new Promise(resume => socket.write(bytes, resume)), answer])
    }
    statuses.push(await answer)
    socket.destroy()
  }
  return statuses
}
