import { readFileSync } from 'node:fs'

/** How to reach an account: on AWS by a profile, on the twin by its operator's key. The endpoint is the only difference. */
export interface Connection {
  account: string
  region: string
  endpoint?: string
  /** The file to trust the endpoint by: a twin's own authority. */
  authority?: string
  credentials: Credentials | (() => Promise<Credentials>)
}

export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

/** The accounts of a line by their role (`shared`, `training`, …). */
export interface Cloud {
  account(role: string): Connection
  /** Milliseconds between two looks at something that goes on: the twin is near, AWS throttles. */
  pace: number
}

type Client<Config, Instance> = new (config: Config) => Instance

/** `client(S3Client, connection)`: the ordinary SDK, pointed at the account. */
export function client<Instance>(
  Kind: Client<
    {
      region: string
      endpoint?: string
      credentials: Connection['credentials']
      maxAttempts?: number
      requestHandler?: { httpsAgent: { ca: string } }
    },
    Instance
  >,
  { region, endpoint, authority, credentials }: Connection,
): Instance {
  return new Kind({
    region,
    credentials,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(authority === undefined ? {} : { requestHandler: { httpsAgent: { ca: readFileSync(authority, 'utf8') } } }),
  })
}

const near = 100
const far = 5_000

export const paceOf = (endpoint: string | undefined): number =>
  endpoint !== undefined && /^https?:\/\/(127\.|localhost|\[::1\])/.test(endpoint) ? near : far

export const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason)
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        reject(signal.reason)
      },
      { once: true },
    )
  })
