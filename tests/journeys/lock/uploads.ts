import { createHash } from 'node:crypto'
import * as s3 from '@aws-sdk/client-s3'
import type { LockedLine } from './locked-line.ts'

type Headers = Pick<
  s3.PutObjectCommandInput,
  'ServerSideEncryption' | 'SSEKMSKeyId' | 'SSECustomerAlgorithm' | 'SSECustomerKey' | 'SSECustomerKeyMD5'
>

const customers = Buffer.alloc(32, 7)
export const CUSTOMER_KEY: Headers = {
  SSECustomerAlgorithm: 'AES256',
  SSECustomerKey: customers.toString('base64'),
  SSECustomerKeyMD5: createHash('md5').update(customers).digest('base64'),
}

/** What a client may say of the encryption that it wants, and which statement of the bucket's policy refuses it. */
export const WRONG: Readonly<Record<string, { headers: (it: LockedLine) => Headers; by: string }>> = {
  'another key of A': {
    headers: ({ otherKeyArn }) => ({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: otherKeyArn }),
    by: 'DenyOtherKeys',
  },
  'a key of another account': {
    headers: ({ keyArn, nobody, names }) => ({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: keyArn.replace(names.account, nobody),
    }),
    by: 'DenyOtherKeys',
  },
  "the alias of S3's own key": {
    headers: () => ({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/aws/s3' }),
    by: 'DenyOtherKeys',
  },
  'another key without an algorithm': {
    headers: ({ otherKeyArn }) => ({ SSEKMSKeyId: otherKeyArn }),
    by: 'DenyOtherKeys',
  },
  'aws:kms and no key id': { headers: () => ({ ServerSideEncryption: 'aws:kms' }), by: 'DenyNoKey' },
  AES256: { headers: () => ({ ServerSideEncryption: 'AES256' }), by: 'DenyOtherEncryption' },
  'aws:kms:dsse': {
    headers: ({ keyArn }) => ({ ServerSideEncryption: 'aws:kms:dsse', SSEKMSKeyId: keyArn }),
    by: 'DenyOtherEncryption',
  },
  'SSE-C': { headers: () => CUSTOMER_KEY, by: 'DenyCustomerKeys' },
}

/** What it may say. */
export const RIGHT: Readonly<Record<string, (it: LockedLine) => Headers>> = {
  'no header': () => ({}),
  "A's key by its ARN": ({ keyArn }) => ({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn }),
}

/** An object is written in one piece, begun in parts, or copied. */
export const WAYS: Readonly<Record<string, (target: { Bucket: string; Key: string }, headers: Headers) => object>> = {
  PutObject: (target, headers) => new s3.PutObjectCommand({ ...target, Body: '1,2\n', ...headers }),
  CreateMultipartUpload: (target, headers) => new s3.CreateMultipartUploadCommand({ ...target, ...headers }),
  CopyObject: (target, headers) =>
    new s3.CopyObjectCommand({ ...target, CopySource: `${target.Bucket}/data/train.csv`, ...headers }),
}
