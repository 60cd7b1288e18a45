import { AwsError } from '../engine/aws-error.ts'
import { type Incoming, queryValue } from './request.ts'

/** What a request says of its sender: nothing of it is believed until the signature is checked. */
export interface Claim {
  accessKeyId: string
  /** yyyymmdd, the first part of the scope. */
  date: string
  region: string
  service: string
  signedHeaders: string[]
  signature: string
  signedAt: Date
  /** The same as it is signed: yyyymmddThhmmssZ. */
  stamp: string
  token: string | undefined
  presigned: boolean
  /** Seconds, of a presigned URL. */
  expires: number | undefined
}

const ALGORITHM = 'AWS4-HMAC-SHA256'
/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
const LONGEST = 604_800

const incomplete = (message: string) => new AwsError('IncompleteSignature', message)

/** `undefined`: nobody signed it. */
export const readClaim = (incoming: Incoming): Claim | undefined => {
  const header = incoming.headers.authorization
  if (header !== undefined) return fromHeader(incoming, header)
  if (queryValue(incoming, 'X-Amz-Algorithm') !== undefined) return fromQuery(incoming)
  if (queryValue(incoming, 'AWSAccessKeyId') !== undefined) throw signatureVersion2()
  return undefined
}

// CLI v1 and boto3 presign so unless told otherwise; buckets in regions opened since 2014 answer this.
const signatureVersion2 = () =>
  new AwsError(
    'InvalidRequest',
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  )

const fromHeader = (incoming: Incoming, header: string): Claim => {
  if (/^AWS /.test(header)) throw signatureVersion2()
  if (header.startsWith('AWS4-ECDSA'))
    throw new AwsError('NotImplemented', 'SigV4A is not implemented', { status: 501 })
  if (!header.startsWith(`${ALGORITHM} `)) {
    throw incomplete(`Authorization header requires '${ALGORITHM}'; it starts with '${header.split(' ')[0]}'.`)
  }
  const parts = new Map(
    header
      .slice(ALGORITHM.length)
      .split(',')
      .map(part => part.trim().split(/=(.*)/s) as [string, string]),
  )
  for (const name of ['Credential', 'Signature', 'SignedHeaders']) {
    if (!parts.get(name)) throw incomplete(`Authorization header requires '${name}' parameter.`)
  }
  const date = incoming.headers['x-amz-date'] ?? incoming.headers.date
  return {
    ...readScope(parts.get('Credential')!),
    signedHeaders: parts.get('SignedHeaders')!.toLowerCase().split(';'),
    signature: parts.get('Signature')!,
    ...readDate(date),
    token: incoming.headers['x-amz-security-token'],
    presigned: false,
    expires: undefined,
  }
}

const fromQuery = (incoming: Incoming): Claim => {
  const needed = (name: string): string => {
    const value = queryValue(incoming, name)
    if (!value) throw incomplete(`AWS query-string parameters must include '${name}'.`)
    return value
  }
  if (needed('X-Amz-Algorithm') !== ALGORITHM) throw incomplete(`X-Amz-Algorithm only supports "${ALGORITHM}"`)
  const expires = Number(queryValue(incoming, 'X-Amz-Expires') ?? LONGEST)
  if (!Number.isInteger(expires) || expires < 0 || expires > LONGEST) {
    throw incomplete('X-Amz-Expires must be a number of seconds, less than a week (in seconds)')
  }
  return {
    ...readScope(needed('X-Amz-Credential')),
    signedHeaders: needed('X-Amz-SignedHeaders').toLowerCase().split(';'),
    signature: needed('X-Amz-Signature'),
    ...readDate(needed('X-Amz-Date')),
    token: queryValue(incoming, 'X-Amz-Security-Token'),
    presigned: true,
    expires,
  }
}

const readScope = (credential: string): Pick<Claim, 'accessKeyId' | 'date' | 'region' | 'service'> => {
  const parts = credential.split('/')
  const [date, region, service, end] = parts.slice(-4)
  const accessKeyId = parts.slice(0, -4).join('/')
  if (end !== 'aws4_request' || !accessKeyId || !date || !region || !service) {
    throw incomplete(`Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term`)
  }
  return { accessKeyId, date, region, service }
}

const readDate = (text: string | undefined): Pick<Claim, 'signedAt' | 'stamp'> => {
  const basic = text !== undefined && BASIC.test(text)
  const date = new Date(basic ? text.replace(BASIC, '$1-$2-$3T$4:$5:$6Z') : (text ?? ''))
  if (Number.isNaN(date.getTime())) throw incomplete(`Date must be in ISO-8601 'basic format'. Got '${text ?? ''}'.`)
  return { signedAt: date, stamp: basic ? text : date.toISOString().replace(/[-:]|\.\d+/g, '') }
}

const BASIC = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/
