import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from 'node:crypto'
import { AwsError, isAwsError, notImplemented } from '../../engine/index.ts'
import type { Context } from '../../gate/index.ts'
import { type Bucket, bucketArn, objectArn } from './bucket.ts'
import { accessDenied, invalidArgument, invalidRequest } from './errors.ts'

/** Where the data key of some bytes is to be had. */
export type Encryption =
  | { algorithm: 'AES256'; wrapped: Uint8Array }
  | { algorithm: 'aws:kms'; keyArn: string; bucketKey: boolean; blob: Uint8Array; context: Record<string, string> }
  /** The customer's key is not kept, only what shows that it is the same one. */
  | { algorithm: 'customer'; md5: string; proof: Uint8Array }

export interface EncryptionHeaders {
  ServerSideEncryption?: string | undefined
  SSEKMSKeyId?: string | undefined
  SSEKMSEncryptionContext?: string | undefined
  BucketKeyEnabled?: boolean | undefined
  SSECustomerAlgorithm?: string | undefined
  SSECustomerKey?: string | undefined
  SSECustomerKeyMD5?: string | undefined
}

export interface Locked {
  encryption: Encryption
  dataKey: Uint8Array
}

/** A fresh data key for new bytes, as the request's headers, else the bucket's default, want it. */
export async function newDataKey(
  context: Context,
  bucket: Bucket,
  key: string,
  input: EncryptionHeaders,
): Promise<Locked> {
  if (input.SSECustomerAlgorithm !== undefined || input.SSECustomerKey !== undefined) return customerKey(bucket, input)
  const algorithm = input.ServerSideEncryption ?? bucket.encryption.algorithm
  if (algorithm === 'aws:kms') return kmsKey(context, bucket, key, input)
  if (algorithm !== 'AES256') {
    if (algorithm === 'aws:kms:dsse') throw notImplemented('s3 with x-amz-server-side-encryption aws:kms:dsse')
    throw invalidArgument('The encryption method specified is not supported', 'x-amz-server-side-encryption', algorithm)
  }
  if (input.SSEKMSKeyId !== undefined) {
    throw invalidArgument(
      'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
      'x-amz-server-side-encryption',
      algorithm,
    )
  }
  const dataKey = context.env.ids.bytes(32)
  return { dataKey, encryption: { algorithm: 'AES256', wrapped: wrap(bucket, dataKey, context.env.ids.bytes(12)) } }
}

/**
 * As the caller, through S3. `aws:kms` without a key id is the caller's account's `aws/s3`, whatever the bucket's default.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
async function kmsKey(context: Context, bucket: Bucket, key: string, input: EncryptionHeaders): Promise<Locked> {
  const { algorithm, keyId, bucketKey: usual } = bucket.encryption
  const byHeader = input.ServerSideEncryption !== undefined
  const bucketKey = input.BucketKeyEnabled ?? (algorithm === 'aws:kms' && usual)
  const encryptionContext = {
    ...givenContext(input.SSEKMSEncryptionContext),
    'aws:s3:arn': bucketKey ? bucketArn(bucket.name) : objectArn(bucket.name, key),
  }
  const { Plaintext, CiphertextBlob, KeyId } = await asCaller(context, bucket, options =>
    context.env.invoke(
      context.call.principal,
      'kms',
      'GenerateDataKey',
      {
        KeyId: input.SSEKMSKeyId ?? (byHeader ? undefined : keyId) ?? 'alias/aws/s3',
        KeySpec: 'AES_256',
        EncryptionContext: encryptionContext,
      },
      options,
    ),
  )
  return {
    dataKey: Plaintext ?? new Uint8Array(),
    encryption: {
      algorithm: 'aws:kms',
      keyArn: KeyId ?? '',
      bucketKey,
      blob: CiphertextBlob ?? new Uint8Array(),
      context: encryptionContext,
    },
  }
}

const givenContext = (header: string | undefined): Record<string, string> => {
  if (header === undefined) return {}
  try {
    return JSON.parse(Buffer.from(header, 'base64').toString()) as Record<string, string>
  } catch {
    throw invalidArgument('The header x-amz-server-side-encryption-context is not base64 of JSON')
  }
}

/** The data key of stored bytes. Authorised on each read: AWS keeps a bucket key for a while, this twin does not. */
export async function unlock(
  context: Context,
  bucket: Bucket,
  encryption: Encryption,
  input: EncryptionHeaders,
): Promise<Uint8Array> {
  if (encryption.algorithm === 'customer') return provenKey(bucket, encryption, input)
  if (input.SSECustomerAlgorithm !== undefined) {
    throw invalidRequest('The encryption parameters are not applicable to this object.')
  }
  if (encryption.algorithm === 'AES256') return unwrap(bucket, encryption.wrapped)
  const { Plaintext } = await asCaller(context, bucket, options =>
    context.env.invoke(
      context.call.principal,
      'kms',
      'Decrypt',
      { CiphertextBlob: encryption.blob, EncryptionContext: encryption.context },
      options,
    ),
  )
  return Plaintext ?? new Uint8Array()
}

type Options = Parameters<Context['env']['invoke']>[4]

/** Forward access: KMS sees the caller, and that the call came through S3. */
async function asCaller<T>({ call }: Context, bucket: Bucket, ask: (options: Options) => Promise<T>): Promise<T> {
  try {
    return await ask({
      cause: call.cause,
      region: bucket.region,
      account: call.account,
      via: [...call.via, `s3.${bucket.region}.amazonaws.com`],
      secure: call.secure,
    })
  } catch (error) {
    if (!isAwsError(error)) throw error
    if (error.name === 'AccessDeniedException') throw accessDenied(error.message)
    throw new AwsError(`KMS.${error.name}`, error.message)
  }
}

function wrap(bucket: Bucket, dataKey: Uint8Array, nonce: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', bucket.secret, nonce)
  return Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()])
}

function unwrap(bucket: Bucket, wrapped: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('aes-256-gcm', bucket.secret, wrapped.subarray(0, 12), { authTagLength: 16 })
  decipher.setAuthTag(wrapped.subarray(-16))
  return Buffer.concat([decipher.update(wrapped.subarray(12, -16)), decipher.final()])
}

function givenKey(input: EncryptionHeaders): Uint8Array {
  const { SSECustomerAlgorithm: algorithm, SSECustomerKey: key, SSECustomerKeyMD5: md5 } = input
  if (algorithm !== 'AES256') {
    throw invalidArgument(
      'The encryption algorithm specified is not supported',
      'x-amz-server-side-encryption-customer-algorithm',
      algorithm,
    )
  }
  const bytes = Buffer.from(key ?? '', 'base64')
  if (bytes.length !== 32) throw invalidArgument('The secret key was invalid for the specified algorithm.')
  if (md5 !== undefined && md5 !== createHash('md5').update(bytes).digest('base64')) {
    throw invalidArgument('The calculated MD5 hash of the key did not match the hash that was provided.')
  }
  return bytes
}

const proofOf = (bucket: Bucket, key: Uint8Array) => createHash('sha256').update(bucket.secret).update(key).digest()

function customerKey(bucket: Bucket, input: EncryptionHeaders): Locked {
  const dataKey = givenKey(input)
  const md5 = createHash('md5').update(dataKey).digest('base64')
  return { dataKey, encryption: { algorithm: 'customer', md5, proof: proofOf(bucket, dataKey) } }
}

function provenKey(
  bucket: Bucket,
  { proof }: Extract<Encryption, { algorithm: 'customer' }>,
  input: EncryptionHeaders,
): Uint8Array {
  if (input.SSECustomerAlgorithm === undefined) {
    throw invalidRequest(
      'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
    )
  }
  const key = givenKey(input)
  if (!timingSafeEqual(proofOf(bucket, key), proof)) throw accessDenied()
  return key
}

/** What every answer about an object says of its encryption. */
export const encryptionMembers = (encryption: Encryption) => {
  if (encryption.algorithm === 'customer') {
    return { SSECustomerAlgorithm: 'AES256', SSECustomerKeyMD5: encryption.md5 }
  }
  if (encryption.algorithm === 'AES256') return { ServerSideEncryption: 'AES256' as const }
  return {
    ServerSideEncryption: 'aws:kms' as const,
    SSEKMSKeyId: encryption.keyArn,
    ...(encryption.bucketKey ? { BucketKeyEnabled: true } : {}),
  }
}

/** Of other than plain SSE-S3 bytes the ETag is not the MD5. */
export const showsMd5 = ({ algorithm }: Encryption) => algorithm === 'AES256'
