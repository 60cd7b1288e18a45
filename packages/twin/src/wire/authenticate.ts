import { AwsError } from '../engine/aws-error.ts'
import type { Claim } from './claim.ts'
import type { Incoming } from './request.ts'
import { isS3, type Operation, type Service } from './service.ts'
import { sameText, signatureOf } from './sigv4.ts'

export interface Credential {
  secret: string
  sessionToken?: string
  /** Milliseconds, on the clock that `now` reads. */
  expires?: number
  /** Believed without signature, token and time: nobody has its secret. */
  unverified?: true
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html */
const SKEW = 15 * 60_000

/** Operations that nobody needs to sign; S3's are decided by the bucket's policy. */
const UNSIGNED: Record<string, readonly string[]> = {
  sts: ['AssumeRoleWithWebIdentity', 'AssumeRoleWithSAML'],
}

export const checkAnonymous = (service: Service, operation: Operation): void => {
  if (isS3(service) || UNSIGNED[service.name]?.includes(operation.name)) return
  throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', { status: 403 })
}

const S3_WORDS: Record<string, string> = {
  InvalidClientTokenId: 'The AWS Access Key Id you provided does not exist in our records.',
  InvalidToken: 'The provided token is malformed or otherwise invalid.',
  ExpiredToken: 'The provided token has expired.',
}

/** Everything about a claim that needs no secret: done before any of the body is read. */
export const checkClaim = (
  service: Service,
  claim: Claim,
  credential: Credential | undefined,
  now: number,
): Credential => {
  const refuse = (code: string, message: string, status = 403) =>
    new AwsError(code, (isS3(service) && S3_WORDS[code]) || message, { status })
  if (claim.service !== service.signingName) {
    throw refuse('SignatureDoesNotMatch', `Credential should be scoped to correct service: '${service.signingName}'.`)
  }
  const unknown = 'The security token included in the request is invalid.'
  if (credential === undefined) throw refuse('InvalidClientTokenId', unknown)
  if (credential.unverified) return credential
  if (claim.token !== credential.sessionToken) {
    throw refuse(isS3(service) ? 'InvalidToken' : 'InvalidClientTokenId', unknown, isS3(service) ? 400 : 403)
  }
  if (credential.expires !== undefined && credential.expires <= now) {
    throw refuse('ExpiredToken', 'The security token included in the request is expired', isS3(service) ? 400 : 403)
  }
  checkTime(service, claim, now, refuse)
  return credential
}

const checkTime = (
  service: Service,
  claim: Claim,
  now: number,
  refuse: (code: string, message: string) => AwsError,
): void => {
  const at = claim.signedAt.getTime()
  if (claim.stamp.slice(0, 8) !== claim.date) {
    throw refuse(
      'SignatureDoesNotMatch',
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date`,
    )
  }
  const until = claim.expires === undefined ? at + SKEW : at + claim.expires * 1000
  if (isS3(service) && claim.presigned && now > until) throw refuse('AccessDenied', 'Request has expired')
  if (now <= until && at - SKEW <= now) return
  if (isS3(service)) {
    throw refuse('RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.')
  }
  const [sent, clock] = [stamp(at), stamp(now)]
  throw refuse(
    'SignatureDoesNotMatch',
    now > until
      ? `Signature expired: ${sent} is now earlier than ${stamp(now - (until - at))} (${clock} - ${(until - at) / 60_000} min.)`
      : `Signature not yet current: ${sent} is still later than ${stamp(now + SKEW)} (${clock} + 15 min.)`,
  )
}

const stamp = (time: number): string => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '')

export const checkSignature = (
  service: Service,
  incoming: Incoming,
  claim: Claim,
  secret: string,
  payloadHash: string,
): void => {
  if (isS3(service)) checkSignedHeaders(incoming, claim)
  const signed = claim.signedHeaders.includes('host')
  if (signed && sameText(signatureOf(incoming, claim, secret, payloadHash), claim.signature)) return
  throw new AwsError(
    'SignatureDoesNotMatch',
    isS3(service)
      ? 'The request signature we calculated does not match the signature you provided. Check your key and signing method.'
      : 'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    { status: 403 },
  )
}

/** S3 acts on no `x-amz-*` header that the signer did not vouch for. */
const checkSignedHeaders = (incoming: Incoming, claim: Claim): void => {
  const loose = Object.keys(incoming.headers).filter(
    name => name.startsWith('x-amz-') && name !== 'x-amz-content-sha256' && !claim.signedHeaders.includes(name),
  )
  if (loose.length === 0) return
  throw new AwsError('AccessDenied', 'There were headers present in the request which were not signed', {
    status: 403,
    members: { HeadersNotSigned: loose.join(', ') },
  })
}
