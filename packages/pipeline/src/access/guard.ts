import type { Names } from '../names/names.ts'
import type { Conditions } from './access.ts'
import { PAGES } from './pages.ts'

/** What the bucket refuses, whoever asks: the other half of the access list. */
export interface Guard {
  /** the statement's `Sid` */
  readonly id: string
  /** the resource whose policy denies it */
  readonly owner: string
  readonly action: string
  readonly resources: readonly string[]
  readonly conditions: Conditions
  readonly because: string
  readonly page: string
}

const SSE = 's3:x-amz-server-side-encryption'
const SSE_KEY = 's3:x-amz-server-side-encryption-aws-kms-key-id'
const SSE_C = 's3:x-amz-server-side-encryption-customer-algorithm'

/** Denies what is wrong and not what is missing: an upload without a header gets the bucket's default, A's key. */
export function bucketGuards({ bucketArn, keyArn }: Pick<Names, 'bucketArn' | 'keyArn'>): Guard[] {
  const objects = `${bucketArn}/*`
  const put = (id: string, conditions: Conditions, because: string): Guard => ({
    id,
    owner: bucketArn,
    action: 's3:PutObject',
    resources: [objects],
    conditions,
    because,
    page: PAGES.s3Kms,
  })
  const all = (id: string, conditions: Conditions, because: string): Guard => ({
    id,
    owner: bucketArn,
    action: 's3:*',
    resources: [bucketArn, objects],
    conditions,
    because,
    page: PAGES.s3Transport,
  })
  return [
    put(
      'DenyOtherEncryption',
      { Null: { [SSE]: 'false' }, StringNotEquals: { [SSE]: 'aws:kms' } },
      'an object lies under a KMS key',
    ),
    // Not ArnNotEqualsIfExists: that is true when the header is missing, and would refuse every plain upload.
    put(
      'DenyOtherKeys',
      { Null: { [SSE_KEY]: 'false' }, ArnNotEquals: { [SSE_KEY]: keyArn } },
      "an object lies under the line's key and no other",
    ),
    // aws:kms without a key id means the writer's own aws/s3 key, which no other account can ever use.
    put(
      'DenyNoKey',
      { Null: { [SSE]: 'false', [SSE_KEY]: 'true' } },
      "an object never lies under the writer's own aws/s3 key",
    ),
    put(
      'DenyCustomerKeys',
      { Null: { [SSE_C]: 'false' } },
      'an object never lies under a key that only its writer has',
    ),
    all('DenyPlainHttp', { Bool: { 'aws:SecureTransport': 'false' } }, 'nothing travels in plain text'),
    all('DenyOldTls', { NumericLessThan: { 's3:TlsVersion': '1.2' } }, 'nothing travels under a broken protocol'),
  ]
}
