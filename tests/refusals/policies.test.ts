import { afterAll, beforeAll, expect } from 'vitest'
import {
  a,
  accountOf,
  allow,
  assume,
  b,
  place,
  policy,
  roleArn,
  trust,
} from '../../packages/twin/src/gate/attack.fixture.ts'
import { refusal, shows } from './refusal.ts'
import { clientsOf, may, roleThat, setUp, tearDown } from './stage.ts'

beforeAll(setUp)
afterAll(tearDown)

const readable = (Bucket: string, AWS: string) =>
  policy({ ...may('s3:GetObject', `arn:aws:s3:::${Bucket}/*`), Principal: { AWS } })
const administered = { ...may('kms:*'), Principal: accountOf(a) }
const usable = (AWS: string) => policy(administered, { ...may('kms:*'), Principal: { AWS } })

/** As the administrator of an account, who may assume whoever trusts that account. */
const sessionOf = async (account: string, name: string) =>
  clientsOf(await assume(place.it.operator(account), roleArn(account, name)))

shows('invalid-principal', async () => {
  const { s3, kms, iam } = clientsOf(a)
  const nobody = roleArn(b, 'not-made-yet')
  await s3.createBucket({ Bucket: 'early' })
  expect(await refusal(s3.putBucketPolicy({ Bucket: 'early', Policy: readable('early', nobody) }))).toEqual({
    code: 'MalformedPolicy',
    status: 400,
    text: 'Invalid principal in policy',
  })
  expect(await refusal(kms.createKey({ Policy: usable(nobody) }))).toEqual({
    code: 'MalformedPolicyDocumentException',
    status: 400,
    text: 'Policy contains a statement with one or more invalid principals.',
  })
  const AssumeRolePolicyDocument = trust({ AWS: nobody })
  expect(await refusal(iam.createRole({ RoleName: 'early', AssumeRolePolicyDocument }))).toEqual({
    code: 'MalformedPolicyDocument',
    status: 400,
    text: `Invalid principal in policy: "AWS":"${nobody}"`,
  })
})

shows('dead-principal', async () => {
  const { s3, kms } = clientsOf(a)
  const { iam } = clientsOf(b)
  const reader = await roleThat(b, 'reader', trust(accountOf(b)), may('*'))
  const { Role } = await iam.getRole({ RoleName: 'reader' })
  await s3.createBucket({ Bucket: 'shared' })
  await s3.putObject({ Bucket: 'shared', Key: 'one', Body: 'x' })
  await s3.putBucketPolicy({ Bucket: 'shared', Policy: readable('shared', reader) })
  const { KeyMetadata } = await kms.createKey({ Policy: usable(reader) })
  const read = async () => (await sessionOf(b, 'reader')).s3.getObject({ Bucket: 'shared', Key: 'one' })
  await read()

  await iam.deleteRolePolicy({ RoleName: 'reader', PolicyName: 'own' })
  await iam.deleteRole({ RoleName: 'reader' })
  await roleThat(b, 'reader', trust(accountOf(b)), may('*'))
  expect(await refusal(read())).toEqual({ code: 'AccessDenied', status: 403, text: 'Access Denied' })
  const { Policy: shown = '' } = await s3.getBucketPolicy({ Bucket: 'shared' })
  expect(JSON.parse(shown).Statement[0].Principal).toEqual({ AWS: Role?.RoleId })
  expect(Role?.RoleId).toMatch(/^AROA/)
  // What is shown cannot be put back.
  expect((await refusal(s3.putBucketPolicy({ Bucket: 'shared', Policy: shown }))).text).toBe(
    'Invalid principal in policy',
  )
  const KeyId = KeyMetadata?.KeyId ?? ''
  const { Policy: ofKey = '' } = await kms.getKeyPolicy({ KeyId })
  expect(ofKey).toContain(`"AWS":"${Role?.RoleId}"`)
  expect((await refusal(kms.putKeyPolicy({ KeyId, Policy: ofKey }))).code).toBe('MalformedPolicyDocumentException')
})

shows('unknown-ciphertext-key', async () => {
  const { kms, s3 } = clientsOf(a)
  await roleThat(b, 'decrypter', trust(accountOf(b)), may(['kms:*', 's3:*']))
  const { KeyMetadata } = await kms.createKey({})
  const KeyId = KeyMetadata?.Arn ?? ''
  const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext: Buffer.from('x') })
  const stranger = await sessionOf(b, 'decrypter')
  const refused = (caller: string, code = 'AccessDeniedException', status = 400) => ({
    code,
    status,
    text: `User: ${caller} is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`,
  })
  const session = `arn:aws:sts::${b}:assumed-role/decrypter/attack`
  expect(await refusal(stranger.kms.decrypt({ CiphertextBlob }))).toEqual(refused(session))
  const elsewhere = clientsOf(a, 'eu-west-1').kms
  expect(await refusal(elsewhere.decrypt({ CiphertextBlob }))).toEqual(refused(`arn:aws:iam::${a}:user/administrator`))

  await s3.createBucket({ Bucket: 'under-key' })
  const object = { Bucket: 'under-key', Key: 'one' }
  await s3.putObject({ ...object, Body: 'x', ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KeyId })
  await s3.putBucketPolicy({ Bucket: 'under-key', Policy: readable('under-key', roleArn(b, 'decrypter')) })
  expect(await refusal(stranger.s3.getObject(object))).toEqual(refused(session, 'AccessDenied', 403))

  // An alias is looked up in the caller's account, whoever's key was meant.
  await kms.createAlias({ AliasName: 'alias/line', TargetKeyId: KeyId })
  await kms.putKeyPolicy({ KeyId, Policy: usable(roleArn(b, 'decrypter')) })
  expect(await refusal(stranger.kms.encrypt({ KeyId: 'alias/line', Plaintext: Buffer.from('x') }))).toEqual({
    code: 'NotFoundException',
    status: 400,
    text: `Alias arn:aws:kms:us-east-1:${b}:alias/line is not found.`,
  })
  await stranger.kms.decrypt({ CiphertextBlob })
  await roleThat(b, 'without-own', trust(accountOf(b)))
  await kms.putKeyPolicy({ KeyId, Policy: usable(roleArn(b, 'without-own')) })
  expect((await refusal((await sessionOf(b, 'without-own')).kms.decrypt({ CiphertextBlob }))).text).toBe(
    `User: arn:aws:sts::${b}:assumed-role/without-own/attack is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because no identity-based policy allows the kms:Decrypt action`,
  )
})

shows('encryption-header-enforced', async () => {
  const { s3, kms } = clientsOf(a)
  const { KeyMetadata } = await kms.createKey({})
  const Bucket = 'enforcing'
  await s3.createBucket({ Bucket })
  const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: KeyMetadata?.Arn }
  const Rules = [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled: true }]
  await s3.putBucketEncryption({ Bucket, ServerSideEncryptionConfiguration: { Rules } })
  const deny = (Condition: object) =>
    policy({ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/*`, Condition })
  const upload = () => s3.putObject({ Bucket, Key: 'data/train.csv', Body: '1,2' })

  const StringNotEquals = { 's3:x-amz-server-side-encryption': 'aws:kms' }
  await s3.putBucketPolicy({ Bucket, Policy: deny({ StringNotEquals }) })
  expect(await refusal(upload())).toEqual({
    code: 'AccessDenied',
    status: 403,
    text: `User: arn:aws:iam::${a}:user/administrator is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::${Bucket}/data/train.csv" with an explicit deny in a resource-based policy`,
  })
  await s3.putBucketPolicy({
    Bucket,
    Policy: deny({ StringNotEquals, Null: { 's3:x-amz-server-side-encryption': 'false' } }),
  })
  expect(await upload()).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KeyMetadata?.Arn })
})

shows('role-policies-too-long', async () => {
  const { iam } = clientsOf(a)
  const roles = (count: number, name: string) =>
    allow({ Action: 'sts:AssumeRole', Resource: Array.from({ length: count }, (_, at) => roleArn(b, `${name}-${at}`)) })
  await iam.createRole({ RoleName: 'pipeline', AssumeRolePolicyDocument: trust(accountOf(a)) })
  const put = (PolicyName: string) =>
    iam.putRolePolicy({ RoleName: 'pipeline', PolicyName, PolicyDocument: roles(100, `role-of-action-${PolicyName}`) })
  await put('first')
  expect(await refusal(put('second'))).toEqual({
    code: 'LimitExceeded',
    status: 409,
    text: 'Maximum policy size of 10240 bytes exceeded for role pipeline',
  })
})

shows('acls-disabled', async () => {
  const { s3 } = clientsOf(a)
  expect(await refusal(s3.createBucket({ Bucket: 'with-acl', ACL: 'public-read' }))).toEqual({
    code: 'InvalidBucketAclWithObjectOwnership',
    status: 400,
    text: "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
  })
  await s3.createBucket({ Bucket: 'without-acl' })
  const unsupported = { code: 'AccessControlListNotSupported', status: 400, text: 'The bucket does not allow ACLs' }
  const object = { Bucket: 'without-acl', Key: 'one', Body: 'x' }
  expect(await refusal(s3.putObject({ ...object, ACL: 'public-read' }))).toEqual(unsupported)
  expect(await refusal(s3.putBucketAcl({ Bucket: 'without-acl', ACL: 'private' }))).toEqual(unsupported)
  await s3.putObject({ ...object, ACL: 'bucket-owner-full-control' })
})
