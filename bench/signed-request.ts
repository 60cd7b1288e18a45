/** What an SDK's client hands to its request handler. */
interface Sent {
  method: string
  path: string
  query?: Record<string, string | string[] | null>
  headers: Record<string, string>
  body?: unknown
}

/** What an SDK's client would send, signed: taken where it would go to the wire. */
export interface SignedRequest {
  bytes: Buffer
}

class Taken extends Error {
  readonly request: Sent
  constructor(request: Sent) {
    super('taken')
    this.request = request
  }
}

export interface Client<Command> {
  config: { requestHandler: unknown }
  send(command: Command): Promise<unknown>
}

/** Signs with the SDK and sends nothing. Good for the quarter of an hour that a signature is. */
export async function signedRequest<Command>(client: Client<Command>, command: Command): Promise<SignedRequest> {
  const { requestHandler } = client.config
  client.config.requestHandler = {
    handle: async (request: Sent) => {
      throw new Taken(request)
    },
  }
  try {
    await client.send(command)
  } catch (error) {
    if (error instanceof Taken) return { bytes: toBytes(error.request) }
    throw error
  } finally {
    client.config.requestHandler = requestHandler
  }
  throw new Error('the client sent nothing')
}

function toBytes({ method, path, query = {}, headers, body }: Sent): Buffer {
  const search = Object.entries(query).flatMap(([name, value]) =>
    [value ?? ''].flat().map(each => `${encodeURIComponent(name)}=${encodeURIComponent(each)}`),
  )
  const content = body instanceof Uint8Array ? new Uint8Array(body) : Buffer.from((body as string | undefined) ?? '')
  const lines = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-length')
  const head = [
    `${method} ${path}${search.length > 0 ? `?${search.join('&')}` : ''} HTTP/1.1`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
    `content-length: ${content.length}`,
    '',
    '',
  ]
  return Buffer.concat([Buffer.from(head.join('\r\n')), content])
}
