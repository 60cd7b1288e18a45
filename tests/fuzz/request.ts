import { createHash, createHmac } from 'node:crypto'

/** One request before it is signed: what is in it is sent as it stands. */
export interface Parts {
  /** The name in the signature's scope. */
  service: string
  method: string
  /** With its query, percent-encoded or not. */
  target: string
  headers: Record<string, string>
  body: Buffer
}

export interface Keys {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

export const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex')
const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest()

const keys = new Map<string, Buffer>()
export const region = 'us-east-1'
const host = 'twin'

export function signingKey(secret: string, date: string, service: string): Buffer {
  const name = `${secret} ${date} ${service}`
  const known = keys.get(name)
  if (known !== undefined) return known
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), 'aws4_request')
  keys.set(name, key)
  return key
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text.replaceAll('%', '')
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function canonicalPath(path: string, service: string): string {
  if (service === 's3')
    return path
      .split('/')
      .map(part => encode(decoded(part)))
      .join('/')
  const kept: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') kept.pop()
    else if (part !== '' && part !== '.') kept.push(encode(part))
  }
  return `/${kept.join('/')}${kept.length > 0 && path.endsWith('/') ? '/' : ''}`
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const canonicalQuery = (query: string): string =>
  query
    .split('&')
    .filter(Boolean)
    .map(pair => pair.split(/=(.*)/s))
    .map(([name = '', value = '']) => [encode(decoded(name)), encode(decoded(value))] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')

export interface Signature {
  headers: Record<string, string>
  signature: string
  /** `20260101T000000Z` */
  stamp: string
  scope: string
}

/** Signs everything that is in `headers`; `hash` for a body that is not signed as it is. */
export function sign(parts: Parts, { accessKeyId, secretAccessKey, sessionToken }: Keys, hash?: string): Signature {
  const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const date = stamp.slice(0, 8)
  const scope = `${date}/${region}/${parts.service}/aws4_request`
  const payload = hash ?? sha256(parts.body)
  const headers: Record<string, string> = {
    ...parts.headers,
    host,
    'x-amz-date': stamp,
    ...(parts.service === 's3' || hash !== undefined ? { 'x-amz-content-sha256': payload } : {}),
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  }
  const names = Object.keys(headers).sort()
  const [path = '', query = ''] = parts.target.split(/\?(.*)/s)
  const canonical = [
    parts.method,
    canonicalPath(path, parts.service),
    canonicalQuery(query),
    ...names.map(name => `${name}:${headers[name]?.trim().replace(/\s+/g, ' ')}`),
    '',
    names.join(';'),
    payload,
  ].join('\n')
  const text = ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonical)].join('\n')
  const signature = hmac(signingKey(secretAccessKey, date, parts.service), text).toString('hex')
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return { headers, signature, stamp, scope }
}

/** A whole HTTP message; a length that is given in `headers` is believed. */
export function message({ method, target, body }: Parts, headers: Record<string, string>): Buffer {
  const all = { ...headers }
  if (!('transfer-encoding' in all)) all['content-length'] ??= String(body.length)
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value.replace(/[\r\n\0]/g, ' ')}`)
  const head = `${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), body])
}

export const signed = (parts: Parts, keys: Keys): Buffer => message(parts, sign(parts, keys).headers)
