import { wildcard } from '@tripoint/iam'
import { expect } from 'vitest'
import type { ServiceName } from '../escalation/account.ts'
import type { Holder, LockedLine } from './locked-line.ts'

/** One call that takes something of the line's, and what refuses it. */
export interface Reach {
  readonly what: string
  readonly service: ServiceName
  readonly action: string
  /** The resource, as the access list says it. */
  on(it: LockedLine): string
  command(it: LockedLine): object
  /** Within the account another action is what is refused: of S3, the key's. */
  readonly insider?: string
  /** The operation knows no other account's resources, and says so. */
  readonly elsewhere?: string
}

export const reach = (
  service: ServiceName,
  action: string,
  on: Reach['on'],
  command: Reach['command'],
  more: Partial<Reach> = {},
): Reach => ({ what: action, service, action, on, command, ...more })

/** What a client is told: code and message; an answer to HEAD has neither. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'ok'
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
    return message === 'UnknownError' ? `${$metadata?.httpStatusCode}` : `${name}: ${message}`
  }
}

/**
 * AWS's words. KMS tells another account nothing of the key, S3 explains nothing across accounts, STS says no side.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 */
const explained = (action: string) =>
  `AccessDenied(Exception)?: User: \\S+ is not authorized to perform: ${action} on resource: \\S+ because no (identity|resource)-based policy allows the ${action} action`
const hiddenKey = (action: string) =>
  `AccessDeniedException: User: \\S+ is not authorized to perform: ${action} on (this resource|the resource associated with this ciphertext) because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`
const roles =
  'AccessDenied: (User: \\S+ is not authorized to perform: sts:AssumeRole on resource: \\S+|Roles may not be assumed by root accounts\\.)'

const HIDDEN: Partial<Record<ServiceName, (action: string) => string>> = {
  s3: () => 'AccessDenied: Access Denied',
  kms: hiddenKey,
}

function refusal(it: LockedLine, { service, action, insider, elsewhere }: Reach, from: string): RegExp {
  const hidden = from === it.names.account ? undefined : HIDDEN[service]
  const words = [
    service === 'sts' ? roles : (hidden ?? explained)(action),
    ...(service === 's3' ? ['403'] : []),
    ...(insider !== undefined && from === it.names.account ? [explained(insider)] : []),
    ...(elsewhere !== undefined && from !== it.names.account ? [elsewhere] : []),
  ]
  return new RegExp(`^(${words.join('|')})$`)
}

/** Is it somebody's own entry of the access list, with nothing that the call would not meet? */
export const isListed = ({ line, ...it }: LockedLine, { action, on }: Reach, arn: string): boolean =>
  line.list.some(
    ({ principal, conditions, ...access }) =>
      principal.kind !== 'service' &&
      principal.arn === arn &&
      access.action === action &&
      conditions === undefined &&
      wildcard(access.resource)(on({ line, ...it })),
  )

/** Tries all that is not on the list for this one; the number that was refused. */
export async function refusedAll(it: LockedLine, who: Holder, reaches: readonly Reach[]): Promise<number> {
  const tried = reaches.filter(each => !isListed(it, each, who.arn))
  const results = await Promise.all(
    tried.map(async each => [each.what, await outcome(who.send(each.service, each.command(it))), each] as const),
  )
  const surprises = results.filter(([, answer, each]) => !refusal(it, each, who.account).test(answer))
  expect(
    surprises.map(([what, answer]) => `${what}: ${answer}`),
    who.who,
  ).toEqual([])
  return tried.length
}
