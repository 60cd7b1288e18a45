import type { ServiceName } from '../../journeys/escalation/account.ts'
import type { Claim } from '../outcome.ts'

export type Witness = Claim['witness']

/** What lies in the deployed line: calls need more than an ARN. */
export interface Things {
  readonly keyArn: string
  readonly ciphertext: Uint8Array
  readonly commit: string
  /** an object of each kind that its readers may read */
  readonly objects: Readonly<Record<'data' | 'model' | 'artifact', string>>
  /** a bucket that is open to the line's accounts, with an object under the line's key: the way to use the key through S3 */
  readonly open: { readonly bucket: string; readonly object: string }
}

export interface Call {
  readonly service: ServiceName
  readonly command: object
}

/** How a request is made with the SDK. */
export interface Recipe {
  /** undefined: none makes it */
  call(witness: Witness, things: Things): Call | undefined
  /** context keys that the call carries as the witness says them */
  readonly keys?: readonly string[]
  /** let through, it takes something away that is needed afterwards, or starts something: only its refusal is sent */
  readonly destroys?: true
}

export const to = (
  service: ServiceName,
  make: (witness: Witness, things: Things) => object,
  more: Omit<Recipe, 'call'> = {},
): Recipe => ({ call: (witness, things) => ({ service, command: make(witness, things) }), ...more })

/** The last part of an ARN: `churn` of `arn:aws:codecommit:us-east-1:111111111111:churn`. */
export const tail = ({ resource }: Witness): string => resource.split(':').slice(5).join(':')
/** `x` of `…:training-job/x` */
export const last = (witness: Witness): string => tail(witness).split('/').at(-1) ?? ''

export const text = ({ context }: Witness, key: string): string | undefined => {
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1]
  return typeof found === 'string' ? found : found?.[0]
}

export const UUID = '11111111-2222-4333-8444-555555555555'
