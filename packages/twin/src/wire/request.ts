import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { AwsError } from '../engine/aws-error.ts'

/** What was received, before anything is known of its service. */
export interface Incoming {
  message: IncomingMessage
  method: string
  /** As sent: still percent-encoded. */
  path: string
  /** Decoded. A plus is a plus: no AWS client sends it for a space. */
  query: [string, string][]
  headers: Record<string, string>
  host: string
  sourceIp: string
  /** The TLS version, where there is TLS. */
  tls: string | undefined
  /** TLS, or this machine talking to itself where there is none. */
  secure: boolean
}

/** Where a request came from, and whether nobody could listen on the way: where TLS is `offered`, nothing less will do. */
export function peerOf({ socket }: IncomingMessage, offered: boolean): Pick<Incoming, 'sourceIp' | 'tls' | 'secure'> {
  const sourceIp = plain(socket.remoteAddress)
  const tls = (socket as Partial<TLSSocket>).getProtocol?.() ?? undefined
  return { sourceIp, tls, secure: tls !== undefined || (!offered && isOwn(sourceIp, socket)) }
}

const plain = (address = ''): string => address.replace(/^::ffff:/, '')

/** What a machine sends to an address of its own never leaves it. */
const isOwn = (from: string, socket: Socket): boolean =>
  /^(127\.|::1$)/.test(from) || (from !== '' && from === plain(socket.localAddress))

export const readIncoming = (message: IncomingMessage, offered: boolean): Incoming => {
  const url = message.url ?? '/'
  // A proxy's absolute form (`GET http://host/path`) names the same resource.
  const target = url.replace(/^https?:\/\/[^/?]*/i, '') || '/'
  const mark = target.indexOf('?')
  const path = mark < 0 ? target : target.slice(0, mark)
  const search = mark < 0 ? '' : target.slice(mark + 1)
  const headers = readHeaders(message)
  return {
    message,
    method: message.method ?? 'GET',
    path: path === '' ? '/' : path,
    query: search === '' ? [] : search.split('&').filter(Boolean).map(readPair),
    headers,
    host: headers.host ?? '',
    ...peerOf(message, offered),
  }
}

const readPair = (pair: string): [string, string] => {
  const sign = pair.indexOf('=')
  return sign < 0 ? [decode(pair), ''] : [decode(pair.slice(0, sign)), decode(pair.slice(sign + 1))]
}

/** Repeated headers are joined by a comma, as the canonical request of a signature wants them. */
const readHeaders = ({ rawHeaders }: IncomingMessage): Record<string, string> => {
  const headers: Record<string, string> = Object.create(null)
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    const value = rawHeaders[i + 1]!
    headers[name] = name in headers ? `${headers[name]},${value}` : value
  }
  return headers
}

export const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.")
  }
}

export const queryValue = (incoming: Incoming, name: string): string | undefined =>
  incoming.query.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]
