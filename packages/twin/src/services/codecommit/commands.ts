import type { IncomingMessage } from 'node:http'
import { PassThrough, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { AwsError } from '../../engine/index.ts'
import { drained } from './drained.ts'

/** Forty thousand references: what has no end is not held until it has one. */
const longestList = 4 * 1024 * 1024

interface RefCommand {
  old: string
  new: string
  name: string
}

/**
 * The references that a push would move stand first in its body (https://git-scm.com/docs/pack-protocol, "Reference
 * update request and packfile transfer"). They are read before git sees a byte; the result carries the whole body on.
 */
export async function readCommands(incoming: IncomingMessage): Promise<{ commands: RefCommand[]; body: Readable }> {
  const source: Readable = incoming.headers['content-encoding'] === 'gzip' ? incoming.pipe(createGunzip()) : incoming
  const body = new PassThrough()
  let head = Buffer.alloc(0)
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let commands = parse(head)
  while (commands === undefined) {
    const { value, done } = await chunks.next()
    if (done === true) break
    head = Buffer.concat([head, value])
    if (head.length > longestList) throw new AwsError('InvalidRequest', 'The push names too many references')
    commands = parse(head)
  }
  void (async () => {
    body.write(head)
    try {
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
        if (!body.write(next.value)) await drained(body)
      }
      body.end()
    } catch (error) {
      body.destroy(error as Error)
    }
  })()
  body.on('error', () => {})
  return { commands: commands ?? [], body }
}

/** `undefined` until the flush packet that ends the list has come. */
function parse(bytes: Buffer): RefCommand[] | undefined {
  const commands: RefCommand[] = []
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = Number.parseInt(bytes.toString('latin1', at, at + 4), 16)
    if (Number.isNaN(length)) return commands
    if (length < 4) return commands
    if (at + length > bytes.length) return undefined
    const line = bytes.toString('utf8', at + 4, at + length).split('\0')[0] ?? ''
    const [, old, fresh, name] = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) (.+?)\n?$/.exec(line) ?? []
    if (old !== undefined && fresh !== undefined && name !== undefined) commands.push({ old, new: fresh, name })
    at += length
  }
  return undefined
}
