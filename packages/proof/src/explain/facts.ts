import { accountOfArn } from '@tripoint/pipeline'
import type { Pasted } from './pasted.ts'
import { sentenceIn } from './sentence.ts'

/** Whose policy refuses, as far as AWS says: `endpoint` is that of a VPC endpoint. */
export type DenySide = 'identity' | 'resource' | 'trust' | 'boundary' | 'session' | 'scp' | 'rcp' | 'endpoint'

export interface Deny {
  /** `explicit`: a Deny refuses; `implicit`: nothing allows; `encoded`: AWS says it only in a message that has to be decoded */
  readonly kind: 'explicit' | 'implicit' | 'encoded'
  readonly side?: DenySide
}

/** What an error text tells, in AWS's own names. */
export interface Facts {
  /** an ARN, or a service such as `codepipeline.amazonaws.com` */
  readonly principal?: string
  /** `kms:Decrypt` */
  readonly action?: string
  readonly resource?: string
  /** the API operation, where the action is not named */
  readonly operation?: string
  /** as AWS's client calls it: `AWSKMS` */
  readonly service?: string
  readonly code?: string
  readonly deny?: Deny
  /** every account that is named */
  readonly accounts: readonly string[]
}

/** As they begin without spaces and case. */
const DENY_SIDES: readonly (readonly [RegExp, DenySide])[] = [
  [/^(?:an?)?identity-basedpolic/, 'identity'],
  [/^(?:an?)?resource-basedpolic/, 'resource'],
  [/^(?:the)?roletrustpolic/, 'trust'],
  [/^(?:an?)?permissions?boundary/, 'boundary'],
  [/^(?:an?)?sessionpolic/, 'session'],
  [/^(?:an?)?servicecontrolpolic/, 'scp'],
  [/^(?:an?)?resourcecontrolpolic/, 'rcp'],
  [/^(?:an?)?vpcendpointpolic/, 'endpoint'],
]

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function denyIn(tight: string): Deny | undefined {
  const explicit = /withanexplicitdeny(?:in)?(.{0,40})/.exec(tight)
  if (explicit) return { kind: 'explicit', ...sideOf(explicit[1] ?? '') }
  const implicit = /becauseno(.{0,40})/.exec(tight)
  const side = implicit ? sideOf(implicit[1] ?? '') : {}
  if (side.side !== undefined) return { kind: 'implicit', ...side }
  return tight.includes('encodedauthorizationfailuremessage') ? { kind: 'encoded' } : undefined
}

function sideOf(words: string): { side?: DenySide } {
  const side = DENY_SIDES.find(([pattern]) => pattern.test(words))?.[1]
  return side === undefined ? {} : { side }
}

const ACCOUNTS = /arn:aws[\w-]{0,12}:[\w-]{0,40}:[\w-]{0,40}:(\d{12}):/g

export function factsOf({ flat, tight }: Pasted): Facts {
  const sentence = sentenceIn(flat)
  const operation = /when calling the (\w{1,80}) operation/.exec(flat)?.[1]
  const service = /\(Service: ([\w ]{1,60})[;,]/.exec(flat)?.[1]
  const code =
    /Error Code: ([\w.]{1,80})/.exec(flat)?.[1] ?? /An error occurred \(([\w.]{1,80})\) when calling/.exec(flat)?.[1]
  const deny = denyIn(tight)
  const found = [...flat.matchAll(ACCOUNTS)].map(([, account]) => account ?? '')
  const named = [sentence.principal, sentence.resource].flatMap(arn => (arn === undefined ? [] : [accountOfArn(arn)]))
  return {
    ...sentence,
    ...(operation === undefined ? {} : { operation }),
    ...(service === undefined ? {} : { service }),
    ...(code === undefined ? {} : { code }),
    ...(deny === undefined ? {} : { deny }),
    accounts: [...new Set([...named, ...found].filter(account => /^\d{12}$/.test(account)))].slice(0, 20),
  }
}
