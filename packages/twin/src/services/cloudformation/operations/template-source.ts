import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request as http, type IncomingMessage } from 'node:http'
import { request as https } from 'node:https'
import { buffer } from 'node:stream/consumers'
import { checkServerIdentity, type PeerCertificate } from 'node:tls'
import { isAwsError } from '../../../engine/index.ts'
import type { Context, Env } from '../../../gate/index.ts'
import { checkBodySize, checkUrlSize, validationError } from '../template/index.ts'

export interface Source {
  TemplateBody?: string | undefined
  TemplateURL?: string | undefined
}

interface Location {
  bucket: string
  key: string
  version?: string
}

/** Path and virtual-host forms of S3's addresses, the dualstack ones included; and the twin's own. */
function locate(url: URL, endpoint: string): Location | undefined {
  const path = url.pathname.slice(1).split('/').map(decodeURIComponent)
  const version = url.searchParams.get('versionId')
  const at = (bucket: string, key: string): Location => ({ bucket, key, ...(version === null ? {} : { version }) })
  const byPath = () => at(path[0] ?? '', path.slice(1).join('/'))
  if (endpoint !== '' && url.host === new URL(endpoint).host) return byPath()
  if (/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname) && url.port === new URL(endpoint).port)
    return byPath()
  const [, bucket] = /^(?:(.+)\.)?s3[.-](?:dualstack\.)?(?:[a-z0-9-]+\.)?amazonaws\.com$/.exec(url.hostname) ?? [
    undefined,
    null,
  ]
  if (bucket === null) return /^s3\.amazonaws\.com$/.test(url.hostname) ? byPath() : undefined
  return bucket === undefined ? byPath() : at(bucket, path.join('/'))
}

const bytesOf = async (body: unknown): Promise<Buffer> => {
  if (body instanceof Uint8Array) return Buffer.from(body)
  if (typeof body === 'string') return Buffer.from(body)
  const parts: Uint8Array[] = []
  for await (const part of body as AsyncIterable<Uint8Array>) parts.push(part)
  return Buffer.concat(parts)
}

/**
 * A signed URL is a permission of its own: whoever holds it needs no other. Asked of the twin itself, under the name that
 * was signed, wherever that would lead.
 */
async function fetchSigned(url: URL, { endpoint, authority }: Pick<Env, 'endpoint' | 'authority'>): Promise<Buffer> {
  const own = new URL(endpoint())
  const ask = own.protocol === 'https:' ? https : http
  const request = ask(new URL(`${url.pathname}${url.search}`, own), {
    headers: { host: url.host },
    ...(authority !== undefined && {
      ca: readFileSync(authority),
      checkServerIdentity: (_signed: string, certificate: PeerCertificate) =>
        checkServerIdentity(own.hostname, certificate),
    }),
  })
  request.end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const bytes = await buffer(response)
  if (response.statusCode !== 200) throw s3Error(/<Message>([^<]*)/.exec(bytes.toString())?.[1] ?? 'Access Denied')
  return bytes
}

const s3Error = (message: string) =>
  validationError(
    `S3 error: ${message}\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html`,
  )

/** The text of the template that a request gives, inline or by URL. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html */
export async function templateText(
  source: Source,
  { call, env }: Pick<Context, 'call' | 'env'>,
): Promise<string | undefined> {
  const { TemplateBody: body, TemplateURL: address } = source
  if (body !== undefined && address !== undefined) {
    throw validationError('You cannot specify both TemplateBody and TemplateURL.')
  }
  if (body !== undefined) {
    checkBodySize(body)
    return body
  }
  if (address === undefined) return undefined
  const url = URL.canParse(address) ? new URL(address) : undefined
  const place = url === undefined ? undefined : locate(url, env.endpoint())
  if (url === undefined || place === undefined) throw validationError('TemplateURL must be a supported URL.')
  const bytes = url.searchParams.has('X-Amz-Signature')
    ? await fetchSigned(url, env)
    : await readObject(place, { call, env })
  checkUrlSize(bytes.length)
  return bytes.toString()
}

async function readObject(
  { bucket, key, version }: Location,
  { call, env }: Pick<Context, 'call' | 'env'>,
): Promise<Buffer> {
  try {
    const output = await env.invoke(
      call.principal,
      's3',
      'GetObject',
      { Bucket: bucket, Key: key, ...(version === undefined ? {} : { VersionId: version }) },
      {
        cause: call.cause,
        region: call.region,
        account: call.account,
        via: [...call.via, 'cloudformation.amazonaws.com'],
      },
    )
    return await bytesOf(output.Body)
  } catch (error) {
    if (!isAwsError(error) || error.status >= 500) throw error
    throw s3Error(error.name === 'AccessDenied' ? 'Access Denied' : error.message)
  }
}

export async function neededTemplateText(source: Source, context: Pick<Context, 'call' | 'env'>): Promise<string> {
  const text = await templateText(source, context)
  if (text === undefined) throw validationError('Either Template URL or Template Body must be specified.')
  return text
}
