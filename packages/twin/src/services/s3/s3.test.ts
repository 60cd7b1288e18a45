import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateKeyCommand, KMSClient, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import { S3 } from '@aws-sdk/client-s3'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Twin, twin } from '../../twin.ts'

const a = '111111111111'
const b = '222222222222'
const state = mkdtempSync(join(tmpdir(), 'twin-s3-'))
let it: Twin

const config = (account: string) => {
  const { accessKeyId, secretAccessKey } = it.operator(account)
  return { endpoint: it.endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } }
}
const s3 = (account = a) => new S3(config(account))
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const root = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` })
const files = () =>
  readdirSync(join(state, 's3'), { recursive: true, withFileTypes: true }).filter(each => each.isFile())

/** A client with the rights of one role, and no others. */
async function as(account: string, name: string, ...statements: object[]): Promise<S3> {
  const iam = new IAMClient(config(account))
  const trust = policy({ Effect: 'Allow', Principal: root(account), Action: 'sts:AssumeRole' })
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }))
  await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'p', PolicyDocument: policy(...statements) }))
  const { Credentials } = await new STSClient(config(account)).send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn ?? '', RoleSessionName: 'session' }),
  )
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  }
  return new S3({ ...config(account), credentials })
}

async function bucketWithKey(name: string): Promise<{ client: S3; keyArn: string }> {
  const client = s3()
  await client.createBucket({ Bucket: name })
  const { KeyMetadata } = await new KMSClient(config(a)).send(new CreateKeyCommand({}))
  const keyArn = KeyMetadata?.Arn ?? ''
  await client.putBucketEncryption({
    Bucket: name,
    ServerSideEncryptionConfiguration: {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn },
          BucketKeyEnabled: true,
        },
      ],
    },
  })
  return { client, keyArn }
}

beforeAll(async () => {
  it = await twin({ state })
})
afterAll(async () => {
  await it.close()
  rmSync(state, { recursive: true })
})

test('what is put comes back, by any key, whole and in ranges, and lies on disk as ciphertext', async () => {
  const client = s3()
  await client.createBucket({ Bucket: 'plain' })
  const bytes = Buffer.concat([Buffer.from('needle-in-plain-text'), randomBytes(700_000)])
  for (const Key of ['../../etc/passwd', 'a//b', 'ünï✓ cøde+&?=%2F', `${'x'.repeat(1024)}`, 'trailing/']) {
    const put = await client.putObject({ Bucket: 'plain', Key, Body: bytes, Metadata: { who: 'me' } })
    expect(put.ETag).toBe(`"${createHash('md5').update(bytes).digest('hex')}"`)
    const got = await client.getObject({ Bucket: 'plain', Key })
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true)
    expect(got.Metadata).toEqual({ who: 'me' })
  }
  for (const [first, last] of [
    [0, 0],
    [262_143, 262_144],
    [262_144, 699_999],
    [700_019, 700_019],
  ] as const) {
    const { Body, $metadata, ContentRange } = await client.getObject({
      Bucket: 'plain',
      Key: 'a//b',
      Range: `bytes=${first}-${last}`,
    })
    expect($metadata.httpStatusCode).toBe(206)
    expect(ContentRange).toBe(`bytes ${first}-${last}/${bytes.length}`)
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes.subarray(first, last + 1))).toBe(true)
  }
  for (const file of files())
    expect(readFileSync(join(file.parentPath, file.name)).includes('needle-in-plain-text')).toBe(false)
  await expect(client.getObject({ Bucket: 'plain', Key: 'a//b', Range: 'bytes=900000-' })).rejects.toMatchObject({
    name: 'InvalidRange',
  })
})

test('a role of another account needs the bucket, the key, and its own account to agree', async () => {
  const { client, keyArn } = await bucketWithKey('shared')
  await client.putObject({ Bucket: 'shared', Key: 'data/train.csv', Body: 'a,b' })
  const reads = { Effect: 'Allow', Action: ['s3:GetObject', 'kms:Decrypt'], Resource: '*' }
  const guest = await as(b, 'guest', reads)
  const read = async () =>
    (await guest.getObject({ Bucket: 'shared', Key: 'data/train.csv' })).Body?.transformToString()
  await expect(read()).rejects.toMatchObject({ name: 'AccessDenied', message: 'Access Denied' })
  const named = { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${b}:role/guest` } }
  await client.putBucketPolicy({
    Bucket: 'shared',
    Policy: policy({
      Effect: 'Allow',
      Principal: root(b),
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::shared/data/*',
      Condition: named,
    }),
  })
  await expect(read()).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining(
      'is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access',
    ),
  })
  const via = {
    ...named,
    StringEquals: {
      'kms:ViaService': 's3.us-east-1.amazonaws.com',
      'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::shared',
    },
  }
  const Policy = policy(
    { Effect: 'Allow', Principal: root(a), Action: 'kms:*', Resource: '*' },
    { Effect: 'Allow', Principal: root(b), Action: 'kms:Decrypt', Resource: '*', Condition: via },
  )
  await new KMSClient(config(a)).send(new PutKeyPolicyCommand({ KeyId: keyArn, Policy }))
  expect(await read()).toBe('a,b')
})

test('aws:kms without a key id is the key aws/s3 of the writer, which nobody else can read with', async () => {
  const { client } = await bucketWithKey('wrong-key')
  const Policy = policy({
    Effect: 'Allow',
    Principal: root(b),
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::wrong-key/*',
  })
  await client.putBucketPolicy({ Bucket: 'wrong-key', Policy })
  const put = await s3(b).putObject({ Bucket: 'wrong-key', Key: 'x', Body: 'x', ServerSideEncryption: 'aws:kms' })
  expect(put.SSEKMSKeyId).toContain(`:${b}:key/`)
  await expect(client.getObject({ Bucket: 'wrong-key', Key: 'x' })).rejects.toMatchObject({ name: 'AccessDenied' })
})

test('a Deny of wrong keys lets an upload without headers through, and no other key', async () => {
  const { client, keyArn } = await bucketWithKey('strict')
  const key = 's3:x-amz-server-side-encryption-aws-kms-key-id'
  const deny = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::strict/*' }
  const Policy = policy(
    { ...deny, Condition: { Null: { [key]: 'false' }, ArnNotEquals: { [key]: keyArn } } },
    { ...deny, Condition: { Null: { 's3:x-amz-server-side-encryption': 'false', [key]: 'true' } } },
    { ...deny, Condition: { Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' } } },
  )
  await client.putBucketPolicy({ Bucket: 'strict', Policy })
  const put = (more: object) => client.putObject({ Bucket: 'strict', Key: 'k', Body: 'v', ...more })
  expect((await put({})).SSEKMSKeyId).toBe(keyArn)
  expect((await put({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn })).SSEKMSKeyId).toBe(keyArn)
  const refusal = {
    name: 'AccessDenied',
    message: `User: arn:aws:iam::${a}:user/administrator is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::strict/k" with an explicit deny in a resource-based policy`,
  }
  await expect(put({ ServerSideEncryption: 'aws:kms' })).rejects.toMatchObject(refusal)
  await expect(put({ ServerSideEncryption: 'AES256' })).rejects.toMatchObject(refusal)
  await expect(put({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/aws/s3' })).rejects.toMatchObject(refusal)
  // The SDK sends a customer's key over TLS or loopback alike.
  await expect(put({ SSECustomerAlgorithm: 'AES256', SSECustomerKey: randomBytes(32) })).rejects.toMatchObject(refusal)
})

test('a missing key is told only to who may list', async () => {
  await s3().createBucket({ Bucket: 'quiet' })
  const reader = await as(a, 'reader', { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::quiet/*' })
  await expect(reader.getObject({ Bucket: 'quiet', Key: 'none' })).rejects.toMatchObject({ name: 'AccessDenied' })
  await expect(s3().getObject({ Bucket: 'quiet', Key: 'none' })).rejects.toMatchObject({ name: 'NoSuchKey' })
  await expect(s3().headObject({ Bucket: 'quiet', Key: 'none' })).rejects.toMatchObject({ name: 'NotFound' })
  await expect(s3().getObject({ Bucket: 'no-such', Key: 'none' })).rejects.toMatchObject({ name: 'NoSuchBucket' })
})

test('a policy that names nobody, another bucket, or everybody is refused', async () => {
  const client = s3()
  await client.createBucket({ Bucket: 'guarded' })
  const put = (statement: object) =>
    client.putBucketPolicy({
      Bucket: 'guarded',
      Policy: policy({
        Effect: 'Allow',
        Principal: root(b),
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::guarded/*',
        ...statement,
      }),
    })
  const malformed = (message: string) => ({ name: 'MalformedPolicy', message })
  await expect(put({ Principal: { AWS: `arn:aws:iam::${b}:role/nobody` } })).rejects.toMatchObject(
    malformed('Invalid principal in policy'),
  )
  await expect(put({ Resource: 'arn:aws:s3:::other/*' })).rejects.toMatchObject(
    malformed('Policy has invalid resource'),
  )
  await expect(put({ Action: 's3:ListBucket' })).rejects.toMatchObject(
    malformed('Action does not apply to any resource(s) in statement'),
  )
  await expect(put({ Principal: '*' })).rejects.toMatchObject({ name: 'AccessDenied' })
  await put({})
  expect((await client.getBucketPolicyStatus({ Bucket: 'guarded' })).PolicyStatus?.IsPublic).toBe(false)
  await expect(client.putBucketAcl({ Bucket: 'guarded', ACL: 'public-read' })).rejects.toMatchObject({
    name: 'AccessControlListNotSupported',
  })
})

test('a multipart upload is one object: ranges across parts, a checksum of the whole, no file too many', async () => {
  const { client } = await bucketWithKey('large')
  const bytes = randomBytes(13 * 1024 * 1024)
  const named = { Bucket: 'large', Key: 'model.tar.gz' }
  const before = files().length
  const { UploadId } = await client.createMultipartUpload({ ...named, ChecksumAlgorithm: 'CRC64NVME' })
  const Parts = []
  for (const [index, start] of [0, 6, 12].entries()) {
    const Body = bytes.subarray(start * 1024 * 1024, (start + 6) * 1024 * 1024)
    const part = { ...named, UploadId, PartNumber: index + 1, ChecksumAlgorithm: 'CRC64NVME' as const }
    if (index === 2) await client.uploadPart({ ...part, Body: Body.subarray(1) })
    const { ETag } = await client.uploadPart({ ...part, Body })
    Parts.push({ ETag, PartNumber: index + 1 })
  }
  const done = await client.completeMultipartUpload({ ...named, UploadId, MultipartUpload: { Parts } })
  const whole = await client.putObject({ ...named, Key: 'whole', Body: bytes, ChecksumAlgorithm: 'CRC64NVME' })
  expect(done.ChecksumCRC64NVME).toBe(whole.ChecksumCRC64NVME)
  expect(done.ETag).toMatch(/-3"$/)
  const got = await client.getObject({ ...named, Range: 'bytes=6000000-13000000' })
  expect(
    Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(bytes.subarray(6_000_000, 13_000_001)),
  ).toBe(true)
  await client.copyObject({ Bucket: 'large', Key: 'copy', CopySource: 'large/model.tar.gz' })
  const copy = await client.getObject({ Bucket: 'large', Key: 'copy' })
  expect(Buffer.from((await copy.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true)
  await expect.poll(() => files().length).toBe(before + 5)
})

test('versions, delete markers and the emptying of a bucket', async () => {
  const client = s3()
  await client.createBucket({ Bucket: 'versioned' })
  await client.putBucketVersioning({ Bucket: 'versioned', VersioningConfiguration: { Status: 'Enabled' } })
  const first = await client.putObject({ Bucket: 'versioned', Key: 'k', Body: '1' })
  await client.putObject({ Bucket: 'versioned', Key: 'k', Body: '2' })
  await client.deleteObject({ Bucket: 'versioned', Key: 'k' })
  await expect(client.getObject({ Bucket: 'versioned', Key: 'k' })).rejects.toMatchObject({ name: 'NoSuchKey' })
  const old = await client.getObject({ Bucket: 'versioned', Key: 'k', VersionId: first.VersionId })
  expect(await old.Body?.transformToString()).toBe('1')
  await expect(client.deleteBucket({ Bucket: 'versioned' })).rejects.toMatchObject({ name: 'BucketNotEmpty' })
  const { Versions = [], DeleteMarkers = [] } = await client.listObjectVersions({ Bucket: 'versioned' })
  expect([Versions.length, DeleteMarkers.length]).toEqual([2, 1])
  const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }))
  expect((await client.deleteObjects({ Bucket: 'versioned', Delete: { Objects } })).Errors).toBeUndefined()
  await client.deleteBucket({ Bucket: 'versioned' })
})

test('listings go on where they stopped, folder by folder', async () => {
  const client = s3()
  await client.createBucket({ Bucket: 'listed' })
  const keys = ['a', 'b/1', 'b/2', 'b/c/3', 'd', 'e/4', 'é', '\u{1F600}', '\uFF5E']
  for (const Key of keys) await client.putObject({ Bucket: 'listed', Key, Body: 'x' })
  const pages = async (input: object) => {
    const seen: (string | undefined)[] = []
    let ContinuationToken: string | undefined
    do {
      const page = await client.listObjectsV2({
        Bucket: 'listed',
        MaxKeys: 1,
        ...input,
        ...(ContinuationToken ? { ContinuationToken } : {}),
      })
      seen.push(...(page.Contents ?? []).map(each => each.Key), ...(page.CommonPrefixes ?? []).map(each => each.Prefix))
      ContinuationToken = page.NextContinuationToken
    } while (ContinuationToken)
    return seen
  }
  // In the order of UTF-8 bytes, which is not JavaScript's.
  expect(await pages({})).toEqual(['a', 'b/1', 'b/2', 'b/c/3', 'd', 'e/4', 'é', '\uFF5E', '\u{1F600}'])
  expect(await pages({ Delimiter: '/' })).toEqual(['a', 'b/', 'd', 'e/', 'é', '\uFF5E', '\u{1F600}'])
  expect(await pages({ Prefix: 'b/', Delimiter: '/' })).toEqual(['b/1', 'b/2', 'b/c/'])
  expect(await pages({ Prefix: 'zz' })).toEqual([])
})

test('a reader keeps its object while it is overwritten; a broken upload leaves nothing', async () => {
  const client = s3()
  await client.createBucket({ Bucket: 'busy' })
  const bytes = randomBytes(4 * 1024 * 1024)
  await client.putObject({ Bucket: 'busy', Key: 'k', Body: bytes })
  const { Body } = await client.getObject({ Bucket: 'busy', Key: 'k' })
  await client.putObject({ Bucket: 'busy', Key: 'k', Body: 'new' })
  expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true)
  const before = files().length
  const ChecksumSHA256 = createHash('sha256').update('other').digest('base64')
  await expect(
    client.putObject({
      Bucket: 'busy',
      Key: 'k',
      Body: 'bad',
      ChecksumSHA256,
    }),
  ).rejects.toThrow()
  await expect.poll(() => files().length).toBeLessThanOrEqual(before)
  expect(await (await client.getObject({ Bucket: 'busy', Key: 'k' })).Body?.transformToString()).toBe('new')
  await expect(client.putObject({ Bucket: 'busy', Key: 'k', Body: 'x', IfNoneMatch: '*' })).rejects.toMatchObject({
    name: 'PreconditionFailed',
  })
})
