import { once } from 'node:events'
import { createServer, request as http } from 'node:http'
import { request as https } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { text } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorityCertificate, newKey, type Pair, serverPair } from './certificate.ts'
import { createWire, type Listening } from './index.ts'
import { peerOf } from './request.ts'
import { acceptTls } from './tls.ts'

let serial = 0
const writing = () => ({ serial: Uint8Array.of(++serial), now: Date.now() })
const key = newKey()
let own: Pair
let listening: Listening

const start = () => {
  const serverKey = newKey()
  return createWire({
    services: [],
    credential: () => undefined,
    answer: async () => ({}),
    tls: async () => ({
      names: ['localhost', '*.localhost', '127.0.0.1', '::1'],
      issue: names => serverPair(own, serverKey, names, writing()),
    }),
    other(request, response) {
      if (request.url === '/stay') return true
      if (request.url === '/whole') {
        response.flushHeaders()
        request.pipe(response)
        return true
      }
      response.end(JSON.stringify({ ...peerOf(request, true), echo: request.headers['content-length'] ?? null }))
      request.resume()
      return true
    },
    now: () => Date.now(),
    requestId: () => 'request',
  }).listen(0, '127.0.0.1')
}

beforeAll(async () => {
  own = { key, certificate: await authorityCertificate(key, 'Test', writing()) }
  listening = await start()
})
afterAll(() => listening.close())

async function ask(protocol: 'http' | 'https', { body = '', host = '127.0.0.1', ...options } = {}): Promise<unknown> {
  const call = { host, port: listening.port, method: 'POST', ca: own.certificate, agent: false, ...options }
  const request = protocol === 'https' ? https(call) : http(call)
  request.end(body)
  const [response] = await once(request, 'response')
  return JSON.parse(await text(response))
}

test('one port speaks TLS with whoever begins a handshake, and plain HTTP with everybody else', async () => {
  expect(await ask('https')).toMatchObject({ tls: 'TLSv1.3', secure: true, sourceIp: '127.0.0.1' })
  expect(await ask('https', { maxVersion: 'TLSv1.2' } as object)).toMatchObject({ tls: 'TLSv1.2', secure: true })
  expect(await ask('http')).toEqual({ secure: false, sourceIp: '127.0.0.1', echo: '0' })
  await expect(ask('https', { ca: undefined } as object)).rejects.toThrow(/self-signed|unable to/)
  await expect(
    ask('https', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' } as object),
  ).rejects.toThrow(/protocol version|alert/)
})

test('a body that comes with the first byte, after it, or a byte at a time arrives whole', async () => {
  const body = 'x'.repeat(300_000)
  for (const protocol of ['http', 'https'] as const)
    expect(await ask(protocol, { body })).toMatchObject({ echo: String(body.length) })
  const slow = connect(listening.port, '127.0.0.1')
  for (const byte of 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n') {
    slow.write(byte)
    await new Promise(setImmediate)
  }
  expect(await text(slow)).toMatch(/^HTTP\/1.1 200 OK\r\n.*"secure":false/s)
})

test('many requests go over one connection of either kind', async () => {
  for (const open of [
    () => connect(listening.port, '127.0.0.1'),
    () => connectTls({ port: listening.port, host: '127.0.0.1', ca: own.certificate }),
  ]) {
    const socket: Socket = open()
    const get = 'GET / HTTP/1.1\r\nHost: localhost\r\n'
    socket.write(`${get}\r\n${get}\r\n`)
    socket.write(`${get}Connection: close\r\n\r\n`)
    expect((await text(socket)).match(/HTTP\/1.1 200 OK/g)).toHaveLength(3)
  }
})

test("a bucket's virtual host has a certificate of its own, and no name of anybody else's has one", async () => {
  const meet = async (servername: string) => {
    const socket = connectTls({ port: listening.port, host: '127.0.0.1', servername, ca: own.certificate })
    await once(socket, 'secureConnect')
    socket.destroy()
  }
  await meet('localhost')
  await meet('my.bucket.localhost')
  await meet('bucket.localhost')
  await expect(meet('sts.amazonaws.com')).rejects.toThrow(/altnames/)
  await expect(meet('a..localhost')).rejects.toThrow(/altnames/)
})

test('who asked before the end is answered, by TLS and without', async () => {
  const other = await start()
  const sockets = [
    connectTls({ port: other.port, host: '127.0.0.1', ca: own.certificate }),
    connect(other.port, '127.0.0.1'),
  ]
  for (const socket of sockets) socket.write('POST /whole HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n')
  const answers = sockets.map(socket => text(socket))
  await Promise.all(sockets.map(socket => once(socket, 'readable')))
  const closed = other.close()
  for (const socket of sockets) socket.write('x')
  for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1.1 200 OK.*x\r\n0\r\n\r\n$/s)
  await closed
})

const outside = Object.values(networkInterfaces())
  .flat()
  .find(each => each?.internal === false && each.family === 'IPv4')?.address

test.runIf(outside)('without TLS, what a machine sends to another address of its own is secure', async () => {
  const wire = createWire({
    services: [],
    credential: () => undefined,
    answer: async () => ({}),
    other: (request, response) => {
      response.end(JSON.stringify(peerOf(request, false)))
      return true
    },
    now: () => Date.now(),
    requestId: () => 'request',
  })
  const { port, close } = await wire.listen(0, outside ?? '')
  const answer = await fetch(`http://${outside}:${port}`)
  expect(await answer.json()).toEqual({ sourceIp: outside, secure: true })
  await close()
})

test('a client that goes right after its handshake leaves nothing open', async () => {
  const server = createServer()
  const pair = await serverPair(own, newKey(), ['127.0.0.1'], writing())
  const hangUp = await acceptTls(server, { names: [], issue: async () => pair }, 60_000)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port: to } = server.address() as AddressInfo
  for (let i = 0; i < 20; i++) {
    const socket = connectTls({ port: to, host: '127.0.0.1', ca: own.certificate })
    await once(socket, 'secureConnect')
    socket.destroy()
  }
  await expect.poll(() => promisify(server.getConnections.bind(server))()).toBe(0)
  hangUp()
  server.close()
})

test('what is neither TLS nor HTTP, and who says nothing, keep the server from nothing', async () => {
  const other = await start()
  const silent = connect(other.port, '127.0.0.1')
  const begun = connect(other.port, '127.0.0.1')
  begun.write(Uint8Array.of(0x16, 0x03, 0x01))
  const rubbish = connect(other.port, '127.0.0.1')
  rubbish.write(Uint8Array.of(0x16, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff))
  const waits = connectTls({ port: other.port, host: '127.0.0.1', ca: own.certificate })
  waits.write('GET /stay HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const all = [silent, begun, rubbish, waits].map(socket => once(socket.on('error', () => {}).resume(), 'close'))
  await once(waits, 'secureConnect')
  await other.close()
  await Promise.all(all)
})
