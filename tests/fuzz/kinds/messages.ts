import { message, type Parts, sign } from '../request.ts'
import type { Kind, Making } from './kind.ts'

const crlf = '\r\n'
const ask = 'GET / HTTP/1.1\r\nhost: twin\r\n'

/** No HTTP, or hardly. */
const noise: readonly string[] = [
  '\r\n\r\n',
  '\0',
  'GET',
  'GET /',
  'GET / HTTP/1.1',
  'GET / HTTP/9.9\r\n\r\n',
  'GET / HTTP/1.1\r\n\r\n',
  ' GET / HTTP/1.1\r\nhost: x\r\n\r\n',
  'get / HTTP/1.1\r\nhost: x\r\n\r\n',
  'BREW / HTTP/1.1\r\nhost: x\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n',
  'CONNECT a:1 HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET http://[ HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET //// HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET //[ HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET ? HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET * HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET  / HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET /\0 HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET / HTTP/1.1\nhost: x\n\n',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  `GET /${'a'.repeat(70_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
  'GET / HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
  'GET / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n\r\n',
  'POST / HTTP/1.1\r\nhost: x\r\nexpect: nonsense\r\n\r\n',
  'GET / HTTP/1.0\r\n\r\n',
]

const raw = ({ from }: Making): Buffer => {
  if (from.once(3)) return Buffer.from(from.pick(noise), 'latin1')
  if (from.once(2)) return from.bytes(from.below(300))
  const bytes = Buffer.from(`${ask}\r\n`)
  for (let count = from.below(4) + 1; count > 0; count--) bytes[from.below(bytes.length)] = from.below(256)
  return bytes
}

const heads: readonly string[] = [
  `x: ${'a'.repeat(70_000)}`,
  Array.from({ length: 300 }, (_, at) => `x-${at}: y`).join(crlf),
  Array.from({ length: 2500 }, (_, at) => `x-${at}: y`).join(crlf),
  'x-amz-meta-a: b\r\n c',
  'x : y',
  ': y',
  'x',
  'x: \0',
  'x: \x01',
  'x\0: y',
  'x: a\rb',
  'x: a\nb: c',
  'host: other',
  'host: \r\nhost: ',
  'host: ../..',
  'host: %00.s3.localhost',
  'host: a..b.s3.amazonaws.com',
  'content-length: 5',
  'content-length: -1',
  'content-length: 1, 2',
  'content-length: 1\r\ncontent-length: 2',
  'content-length: 0x10',
  'content-length: 99999999999999999999',
  'content-length: +1',
  'content-length: 1e9',
  'transfer-encoding: chunked',
  'transfer-encoding: identity',
  'transfer-encoding: chunked, chunked',
  'transfer-encoding: xchunked',
  'transfer-encoding: gzip, chunked',
  'transfer-encoding : chunked',
  'transfer-encoding: chunked\r\ncontent-length: 4',
  'content-length: 4\r\ntransfer-encoding: chunked',
  'transfer-encoding:\tchunked',
  'content-encoding: gzip',
  'content-encoding: aws-chunked',
  'content-type: application/x-www-form-urlencoded',
  'content-type: \xff',
  'x-amz-target: .',
  'x-amz-target: TrentService.',
  'x-amz-target: TrentService.constructor',
  'x-amz-target: __proto__.__proto__',
  'smithy-protocol: rpc-v2-cbor',
  'authorization: ',
  'authorization: AWS4-HMAC-SHA256',
  'authorization: AWS x:y',
  'authorization: Basic ====',
  'authorization: Bearer x',
  'x-amz-checksum-constructor: x',
  'x-amz-checksum-__proto__: x',
  'x-amz-content-sha256: STREAMING-',
  'connection: close, keep-alive, x-amz-date',
  'te: trailers',
  'range: bytes=--',
]
const bodies: readonly string[] = [
  '',
  'abcd',
  '0\r\n\r\n',
  '4\r\nabcd\r\n0\r\n\r\n',
  'ffffffffffffffff\r\n',
  '-1\r\n\r\n',
  '4;x=y\r\nabcd\r\n0\r\nt: v\r\n\r\n',
  '4\r\nabcdX',
  '4\nabcd\n0\n\n',
  'GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n',
  '0\r\n\r\nGET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n',
]
const targets: readonly string[] = [
  '/',
  '/bucket',
  '/bucket/key',
  '/constructor',
  '/__proto__/x',
  '/toString',
  '/hasOwnProperty?x',
  '/_audit',
  '/_audit?after=NaN',
  '/_lambda-code/../x',
  '/moto-api/reset',
  '/service/x/operation/y',
  '/v1/repos/x/info/refs',
  '/%',
  '/%00',
  '/%ff',
  '/?%',
  '/?Action=GetCallerIdentity&Version=2011-06-15',
  '/?Action=constructor&Version=2010-05-08',
]

const headers = ({ from }: Making): Buffer => {
  const lines = Array.from({ length: from.below(3) + 1 }, () => from.pick(heads))
  const head = [
    `${from.pick(['GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'PATCH'])} ${from.pick(targets)} HTTP/1.1`,
    'host: twin',
    ...lines,
  ].join(crlf)
  return Buffer.from(`${head}\r\n\r\n${from.pick(bodies)}`, 'latin1')
}

/** What leaves the request one request, and its connection open. */
const wellFormed = /^(?!host|content-length|transfer-encoding|connection)[\w-]+: [ -~]{0,100}$/

/** Whole and unsigned: they stop at the door, but the door must hold. */
const unsigned = ({ from }: Making) => {
  const method = from.pick(['GET', 'POST', 'PUT', 'HEAD', 'DELETE'])
  const target = from.once(3)
    ? `/${encodeURIComponent(from.text(from.below(30)))}?${from.text(10).replace(/[ #]/g, '')}`
    : from.pick(targets)
  const sent = Object.fromEntries(
    Array.from({ length: from.below(3) }, () => from.pick(heads))
      .filter(line => wellFormed.test(line))
      .map(line => line.split(/: ?(.*)/s).slice(0, 2)),
  )
  const body = Buffer.from(from.pick(bodies))
  return {
    bytes: message(
      { service: '', method, target: target.replaceAll(' ', '+'), headers: {}, body },
      { host: 'twin', ...sent },
    ),
    head: method === 'HEAD',
  }
}

const swaps: readonly [RegExp, string][] = [
  [/Credential=[^/]*/, 'Credential='],
  [/Credential=[^/]*/, 'Credential=AKIA%00'],
  [/Credential=[^,]*/, 'Credential=a/b'],
  [/Credential=[^,]*/, `Credential=${'/'.repeat(50)}`],
  [/\/us-east-1\//, '/../'],
  [/\/\d{8}\//, '/99999999/'],
  [/aws4_request/, 'aws5_request'],
  [/SignedHeaders=[^,]*/, 'SignedHeaders='],
  [/SignedHeaders=[^,]*/, `SignedHeaders=${'x;'.repeat(1000)}`],
  [/SignedHeaders=[^,]*/, 'SignedHeaders=__proto__;host'],
  [/Signature=.*/, 'Signature='],
  [/Signature=.*/, `Signature=${'0'.repeat(64)}`],
  [/Signature=.*/, 'Signature=é'],
  [/, /g, ' '],
  [/AWS4-HMAC-SHA256/, 'AWS4-ECDSA-P256-SHA256'],
  [/ SignedHeaders/, ' SignedHeaders=a, SignedHeaders'],
  [/Credential=/, 'Credential=Credential='],
]
const dates: readonly string[] = ['', '20000101T000000Z', '99999999T999999Z', 'now', '20260230T000000Z', '\u0660']

/** A good signature with one thing changed. */
const signature = (making: Making) => {
  const { from, world } = making
  const parts = making.base()
  const { headers } = sign(parts, world.administrator)
  const which = from.below(8)
  if (which < 2) headers['x-amz-date'] = from.pick(dates)
  else if (which < 4) headers['x-amz-security-token'] = from.text(from.below(100))
  else {
    const [pattern, by] = from.pick(swaps)
    headers.authorization = headers.authorization?.replace(pattern, by) ?? ''
  }
  return { bytes: message(parts, headers), head: parts.method === 'HEAD' }
}

const presigned: readonly string[] = [
  'X-Amz-Expires=-1',
  'X-Amz-Expires=NaN',
  'X-Amz-Expires=604801',
  'X-Amz-Date=x',
  'X-Amz-Credential=',
  'X-Amz-Credential=a/b/c/d/e/f',
  'X-Amz-SignedHeaders=',
  'X-Amz-SignedHeaders=host;host',
  'X-Amz-Signature=',
  'X-Amz-Security-Token=x',
  'x-amz-algorithm=AWS4-HMAC-SHA256',
  'AWSAccessKeyId=x&Signature=y&Expires=1',
  'X-Amz-Content-Sha256=x',
  'X-Amz-Checksum-Constructor=x',
  'x-amz-meta-=x',
  'x-amz-=x',
]

const presign = ({ from, world }: Making) => {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const good = [
    'X-Amz-Algorithm=AWS4-HMAC-SHA256',
    `X-Amz-Credential=${world.administrator.accessKeyId}%2F${date.slice(0, 8)}%2Fus-east-1%2Fs3%2Faws4_request`,
    `X-Amz-Date=${date}`,
    'X-Amz-Expires=60',
    'X-Amz-SignedHeaders=host',
    `X-Amz-Signature=${'0'.repeat(64)}`,
  ].filter(() => !from.once(6))
  const bad = Array.from({ length: from.below(3) }, () => from.pick(presigned))
  const parts: Parts = {
    service: 's3',
    method: from.pick(['GET', 'PUT', 'HEAD']),
    target: `/${world.names.bucket?.[0]}/code.zip?${[...good, ...bad].join('&')}`,
    headers: {},
    body: Buffer.alloc(0),
  }
  return { bytes: message(parts, { host: 'twin' }), head: parts.method === 'HEAD' }
}

const alone =
  (make: (making: Making) => Buffer): Kind['make'] =>
  making => {
    const bytes = make(making)
    return { bytes, alone: true, head: /^HEAD/.test(bytes.toString('latin1', 0, 4)) }
  }

export const messages: Record<string, Kind> = {
  'bytes that are no HTTP': { weight: 6, make: alone(raw) },
  'headers that contradict each other': { weight: 7, make: alone(headers) },
  'unsigned requests': { weight: 40, make: unsigned },
  'changed signatures': { weight: 12, make: signature },
  'changed presigned URLs': { weight: 8, make: presign },
}
