import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { createSecureContext, createServer, type SecureContext } from 'node:tls'
import type { Pair } from './certificate.ts'

/** Who vouches for the twin's names. */
export interface Vouching {
  /** On the certificate that everybody gets who asks for no name. */
  names: readonly string[]
  issue(names: readonly string[]): Promise<Pair>
}

/** A record that holds a handshake, which no HTTP request begins with. https://www.rfc-editor.org/rfc/rfc8446#section-5.1 */
const HANDSHAKE = 0x16

/** Names that clients may ask for until the oldest is forgotten. */
const REMEMBERED = 1_000

/**
 * Lets a server speak TLS with whoever begins with a handshake, and plain HTTP with everybody else, on its one port.
 * It stays the one server that knows all connections; the result ends those whose handshake goes on, or has not begun.
 */
export async function acceptTls(server: Server, vouching: Vouching, patience: number): Promise<() => void> {
  const handshakes = createServer({
    ...pem(await vouching.issue(vouching.names)),
    ALPNProtocols: ['http/1.1'],
    // AWS's endpoints have refused older ones since 2024: https://aws.amazon.com/blogs/security/tls-1-2-required-for-aws-endpoints/
    minVersion: 'TLSv1.2',
    handshakeTimeout: patience,
    SNICallback: byName(vouching),
  })
  const [serve] = server.listeners('connection') as ((this: Server, socket: Socket) => void)[]
  server.removeAllListeners('connection')
  handshakes.on('secureConnection', socket => serve?.call(server, socket))
  handshakes.on('tlsClientError', (_error, socket) => socket.destroy())
  const early = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    early.add(socket)
    const destroy = () => socket.destroy()
    socket.setTimeout(patience, destroy).on('error', destroy)
    socket.once('close', () => early.delete(socket))
    socket.once('readable', () => {
      const first: Buffer | null = socket.read(1)
      if (first === null) return destroy()
      socket.unshift(first)
      socket.setTimeout(0).off('timeout', destroy).off('error', destroy)
      if (first[0] !== HANDSHAKE) {
        early.delete(socket)
        return serve?.call(server, socket)
      }
      // An HTTP server lets clients end their half; TLS has its own end, and one that is not answered would stay open.
      socket.allowHalfOpen = false
      handshakes.emit('connection', socket)
    })
  })
  return () => {
    for (const socket of early) socket.destroy()
  }
}

const pem = ({ key, certificate }: Pair) => ({ key, cert: certificate })

/**
 * S3's virtual hosts each get a certificate of their own: OpenSSL and Node believe no `*.localhost`, whose star stands for
 * all of a top-level domain. https://www.rfc-editor.org/rfc/rfc6125#section-6.4.3
 */
function byName({ issue }: Vouching) {
  const known = new Map<string, Promise<SecureContext>>()
  const contextOf = (name: string): Promise<SecureContext> | undefined => {
    if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.localhost$/.test(name) || name.length > 253) return undefined
    const made = known.get(name) ?? issue([name]).then(pair => createSecureContext(pem(pair)))
    known.set(name, made)
    if (known.size > REMEMBERED) known.delete(known.keys().next().value ?? '')
    return made
  }
  return (asked: string, done: (error: Error | null, context?: SecureContext) => void): void => {
    Promise.resolve(contextOf(asked.toLowerCase())).then(context => done(null, context), done)
  }
}
