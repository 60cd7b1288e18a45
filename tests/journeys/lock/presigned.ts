import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request as http, type IncomingMessage } from 'node:http'
import { request as https } from 'node:https'
import { text } from 'node:stream/consumers'
import { S3Client } from '@aws-sdk/client-s3'
import { type Connection, client } from '../../../packages/cli/src/cloud/cloud.ts'

/** What the SDK's clients sign with, and their types do not tell. */
interface Presigner {
  presign(request: object, options: { expiresIn: number }): Promise<{ query?: Record<string, string> }>
}

interface Answer {
  readonly status: number
  readonly body: string
}

/** A call without an SDK, over TLS or without. */
export async function call(
  connection: Connection,
  path: string,
  { method = 'GET', headers = {}, body = '', plain = false } = {},
): Promise<Answer> {
  const { host, hostname, port } = new URL(connection.endpoint ?? '')
  const options = { hostname, port, path, method, headers: { host, ...headers } }
  const asked = plain ? http(options) : https({ ...options, ca: readFileSync(connection.authority ?? '') })
  const [answer] = (await once(asked.end(body), 'response')) as [IncomingMessage]
  return { status: answer.statusCode ?? 0, body: await text(answer) }
}

/** The path and query that its holder gives away: good for whoever has it, for as much as the signer may do. */
export async function presigned(connection: Connection, method: string, path: string): Promise<string> {
  const { host, hostname, port } = new URL(connection.endpoint ?? '')
  const signer = (await client(S3Client, connection).config.signer()) as unknown as Presigner
  const headers = { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }
  const request = { method, protocol: 'https:', hostname, port: Number(port), path, headers }
  const { query } = await signer.presign(request, { expiresIn: 3_600 })
  return `${path}?${new URLSearchParams(query)}`
}
