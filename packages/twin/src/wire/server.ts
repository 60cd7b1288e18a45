import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createExchange } from './exchange.ts'
import type { WireOptions } from './options.ts'
import { acceptTls } from './tls.ts'

export interface Listening {
  port: number
  /** Lets running requests end for a moment, then ends their connections. */
  close(): Promise<void>
}

export interface Wire {
  listen(port: number, host: string): Promise<Listening>
}

/** Longer than any client's idle time: the one who closes first must not be the server. */
const KEEP_ALIVE = 75_000
const GRACE = 500

export const createWire = (options: WireOptions): Wire => {
  const exchange = createExchange(options)
  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const other = options.other?.(message, response) ?? false
      if (other !== false && (await other)) return
      await exchange(message, response)
    } catch (error) {
      options.unexpected?.(error)
      if (response.headersSent) response.destroy()
      else response.writeHead(500).end()
    }
  }
  return {
    listen: async (port, host) => {
      const server = createServer(
        // Uploads and long polls have no time limit of their own.
        {
          keepAliveTimeout: KEEP_ALIVE,
          headersTimeout: KEEP_ALIVE + 1000,
          requestTimeout: 0,
          maxHeaderSize: 64 * 1024,
        },
        (message, response) => void handle(message, response),
      )
      server.on('clientError', (_error, socket) => {
        if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
      })
      const hangUp = options.tls && (await acceptTls(server, await options.tls(), KEEP_ALIVE + 1000))
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, () => {
          server.off('error', reject)
          resolve()
        })
      })
      return { port: (server.address() as AddressInfo).port, close: () => close(server, hangUp) }
    },
  }
}

const close = (server: Server, hangUp = () => {}): Promise<void> =>
  new Promise(resolve => {
    const grace = setTimeout(() => {
      server.closeAllConnections()
      hangUp()
    }, GRACE)
    server.close(() => {
      clearTimeout(grace)
      resolve()
    })
    server.closeIdleConnections()
  })
