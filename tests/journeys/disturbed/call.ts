import type { Connection } from '../../../packages/cli/src/cloud/cloud.ts'

type Kind<Instance> = new (config: {
  region: string
  endpoint?: string
  credentials: Connection['credentials']
  maxAttempts: number
}) => Instance

/** The SDK's client that asks once: what it is told is what the twin said. */
export const once = <Instance>(Client: Kind<Instance>, { region, endpoint, credentials }: Connection): Instance =>
  new Client({ region, credentials, maxAttempts: 1, ...(endpoint === undefined ? {} : { endpoint }) })

export interface Refused {
  name: string
  status: number | undefined
  message: string
}

/** What a call is refused with; undefined: it is answered. */
export const refusal = (call: Promise<unknown>): Promise<Refused | undefined> =>
  call.then(
    () => undefined,
    (error: Error & { $metadata?: { httpStatusCode?: number } }) => ({
      name: error.name,
      status: error.$metadata?.httpStatusCode,
      message: error.message,
    }),
  )
