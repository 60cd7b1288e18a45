import { createHmac, timingSafeEqual } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Env, Route } from '../../gate/index.ts'
import { hexOf, zipsOf } from './code-package.ts'
import type { CodePackage } from './function.ts'

const keys = new WeakMap<Env, Uint8Array>()
const validMs = 10 * 60_000

const signatureOf = (env: Env, name: string, until: number): string => {
  const key = keys.get(env) ?? env.ids.bytes(32)
  keys.set(env, key)
  return createHmac('sha256', key).update(`${name}/${until}`).digest('hex')
}

/** No bucket's name begins so: the route hides none. */
export const downloadSegment = '_lambda-code'

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html: a presigned URL, "valid for 10 minutes" */
export function downloadUrl(env: Env, code: CodePackage): string {
  const until = env.clock.now() + validMs
  const name = hexOf(code)
  return `${env.endpoint()}/${downloadSegment}/${name}?until=${until}&signature=${signatureOf(env, name, until)}`
}

export const downloadRoute: Route = async (request, response, env) => {
  const url = new URL(request.url ?? '/', 'http://twin')
  const name = url.pathname.split('/')[2] ?? ''
  const until = Number(url.searchParams.get('until'))
  const given = Buffer.from(url.searchParams.get('signature') ?? '')
  const wanted = Buffer.from(signatureOf(env, name, until))
  const path = join(zipsOf(env), name)
  const valid = given.length === wanted.length && timingSafeEqual(given, wanted) && until > env.clock.now()
  if (!valid || !existsSync(path)) return void response.writeHead(403).end()
  response.writeHead(200, { 'content-type': 'application/zip' })
  createReadStream(path).pipe(response)
}
