import { parseRange } from './address.ts'
import type { PolicyDocument, Statement } from './document.ts'

/**
 * Is a bucket policy public, in S3's sense: does one of its statements allow more than fixed principals, and without a
 * condition that fixes who asks? A condition counts only when the key must be there with a value that has no wildcard.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
export function isPublicPolicy(document: PolicyDocument): boolean {
  const known = cache.get(document)
  if (known !== undefined) return known
  const found = document.Statement.some(isPublic)
  cache.set(document, found)
  return found
}

const cache = new WeakMap<PolicyDocument, boolean>()

function isPublic(statement: Statement): boolean {
  const { Effect, NotPrincipal, Principal } = statement
  if (Effect === 'Deny') return false
  // Whoever has an account with a web identity provider is the public; a SAML provider is an account's own.
  const open = Principal?.AWS?.includes('*') || Principal?.Federated?.some(provider => !provider.startsWith('arn:'))
  return (NotPrincipal !== undefined || open === true) && !isFixed(statement)
}

/** `…IfExists` and `ForAllValues` hold for who has no such key, and negations for everybody else. */
const FIXING_OPERATOR = /^(ForAnyValue:)?(String(Equals|EqualsIgnoreCase|Like)|Arn(Equals|Like)|IpAddress)$/

function isFixed({ Condition = {} }: Statement): boolean {
  return Object.entries(Condition).some(
    ([operator, keys]) =>
      FIXING_OPERATOR.test(operator) &&
      Object.entries(keys).some(([key, values]) => values.length > 0 && values.every(value => fixes(key, value))),
  )
}

type Fixes = (value: string) => boolean

const exact: Fixes = value => !/[*?]|\$\{/.test(value)

/** An access point's name may be a wildcard, as long as its account is fixed. */
const accessPoint: Fixes = value => exact(value.split(':').slice(0, 5).join(':')) && /^(?:[^:]*:){4}\d{12}:/.test(value)

/** Ranges wider than /8 (IPv4) or /32 (IPv6) are everybody. */
const range: Fixes = value => {
  const parsed = parseRange(value)
  return parsed !== undefined && parsed.prefix >= (parsed.bits === 32 ? 8 : 32)
}

const FIXING: Record<string, Fixes> = {
  'aws:principalorgid': exact,
  'aws:principalarn': exact,
  'aws:principalaccount': exact,
  'aws:sourceip': range,
  'aws:sourcearn': exact,
  'aws:sourcevpc': exact,
  'aws:sourcevpce': exact,
  'aws:sourceowner': exact,
  'aws:sourceaccount': exact,
  'aws:userid': exact,
  's3:dataaccesspointarn': accessPoint,
  's3:dataaccesspointaccount': exact,
}

function fixes(key: string, value: string): boolean {
  const lower = key.toLowerCase()
  return Object.hasOwn(FIXING, lower) && FIXING[lower]!(value)
}
