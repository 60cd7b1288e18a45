import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateUserCommand, DeleteUserCommand, IAMClient } from '@aws-sdk/client-iam'
import { KMS } from '@aws-sdk/client-kms'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Twin, twin } from '../../twin.ts'

const a = '111111111111'
const b = '222222222222'
const state = mkdtempSync(join(tmpdir(), 'twin-kms-'))
let it: Twin

const config = (account: string) => {
  const { accessKeyId, secretAccessKey } = it.operator(account)
  return { endpoint: it.endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } }
}
const kms = (account = a) => new KMS(config(account))
const Plaintext = Buffer.from('secret')

async function newKey(): Promise<{ id: string; arn: string }> {
  const { KeyMetadata } = await kms().createKey({})
  return { id: KeyMetadata?.KeyId ?? '', arn: KeyMetadata?.Arn ?? '' }
}

const keyPolicy = (...principals: string[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: principals.map(AWS => ({ Effect: 'Allow', Principal: { AWS }, Action: 'kms:*', Resource: '*' })),
  })

beforeAll(async () => {
  it = await twin({ state })
})
afterAll(async () => {
  await it.close()
  rmSync(state, { recursive: true })
})

test('a ciphertext names its key; its encryption context has no order, and must be the same', async () => {
  const { id, arn } = await newKey()
  const { CiphertextBlob } = await kms().encrypt({ KeyId: id, Plaintext, EncryptionContext: { x: '1', y: '2' } })
  await kms().rotateKeyOnDemand({ KeyId: id })
  const opened = await kms().decrypt({ CiphertextBlob, EncryptionContext: { y: '2', x: '1' } })
  expect([Buffer.from(opened.Plaintext ?? []).toString(), opened.KeyId]).toEqual(['secret', arn])
  const invalid = { name: 'InvalidCiphertextException' }
  await expect(kms().decrypt({ CiphertextBlob, EncryptionContext: { x: '1' } })).rejects.toMatchObject(invalid)
  const bent = Buffer.from(CiphertextBlob ?? [])
  bent[bent.length - 1] = (bent.at(-1) ?? 0) ^ 1
  await expect(kms().decrypt({ CiphertextBlob: bent, EncryptionContext: { x: '1', y: '2' } })).rejects.toMatchObject(
    invalid,
  )
})

test('another account is told nothing, and resolves an alias in its own account', async () => {
  const { id, arn } = await newKey()
  await kms().createAlias({ AliasName: 'alias/ours', TargetKeyId: id })
  const { CiphertextBlob } = await kms().encrypt({ KeyId: 'alias/ours', Plaintext })
  await expect(kms(b).decrypt({ CiphertextBlob })).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: `User: arn:aws:iam::${b}:user/administrator is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`,
  })
  await expect(kms(b).encrypt({ KeyId: 'alias/ours', Plaintext })).rejects.toMatchObject({
    name: 'NotFoundException',
    message: `Alias arn:aws:kms:us-east-1:${b}:alias/ours is not found.`,
  })
  await kms().putKeyPolicy({ KeyId: id, Policy: keyPolicy(`arn:aws:iam::${a}:root`, `arn:aws:iam::${b}:root`) })
  expect((await kms(b).decrypt({ CiphertextBlob })).KeyId).toBe(arn)
  await expect(kms(b).getKeyPolicy({ KeyId: arn })).rejects.toMatchObject({ name: 'NotFoundException' })
})

test('a key policy must name who exists, and leave its author in control', async () => {
  const { id } = await newKey()
  const put = (...principals: string[]) => kms().putKeyPolicy({ KeyId: id, Policy: keyPolicy(...principals) })
  const malformed = (message: string) => ({ name: 'MalformedPolicyDocumentException', message })
  await expect(put(`arn:aws:iam::${a}:root`, `arn:aws:iam::${b}:role/later`)).rejects.toMatchObject(
    malformed('Policy contains a statement with one or more invalid principals.'),
  )
  await expect(put(`arn:aws:iam::${b}:root`)).rejects.toMatchObject(
    malformed('The new key policy will not allow you to update the key policy in the future.'),
  )
})

test('a principal that is deleted and made anew is another one, and the policy shows the dead id', async () => {
  const iam = new IAMClient(config(b))
  const made = await iam.send(new CreateUserCommand({ UserName: 'ann' }))
  const { id } = await newKey()
  await kms().putKeyPolicy({ KeyId: id, Policy: keyPolicy(`arn:aws:iam::${a}:root`, made.User?.Arn ?? '') })
  await iam.send(new DeleteUserCommand({ UserName: 'ann' }))
  await iam.send(new CreateUserCommand({ UserName: 'ann' }))
  const { Policy } = await kms().getKeyPolicy({ KeyId: id })
  expect(Policy).toContain(made.User?.UserId)
  expect(Policy).not.toContain('user/ann')
})

test('a key that is disabled or about to be deleted does nothing', async () => {
  const { id, arn } = await newKey()
  const encrypt = () => kms().encrypt({ KeyId: id, Plaintext })
  await kms().disableKey({ KeyId: id })
  await expect(encrypt()).rejects.toMatchObject({ name: 'DisabledException', message: `${arn} is disabled.` })
  await kms().scheduleKeyDeletion({ KeyId: id, PendingWindowInDays: 7 })
  await expect(encrypt()).rejects.toMatchObject({
    name: 'KMSInvalidStateException',
    message: `${arn} is pending deletion.`,
  })
  await kms().cancelKeyDeletion({ KeyId: id })
  await kms().enableKey({ KeyId: id })
  await encrypt()
})

test('a grant holds for its operations and its encryption context only', async () => {
  const { id, arn } = await newKey()
  const seal = async (EncryptionContext: Record<string, string>) => {
    const { CiphertextBlob } = await kms().encrypt({ KeyId: id, Plaintext, EncryptionContext })
    return { CiphertextBlob, EncryptionContext }
  }
  const { GrantId } = await kms().createGrant({
    KeyId: id,
    GranteePrincipal: `arn:aws:iam::${b}:user/administrator`,
    Operations: ['Decrypt'],
    Constraints: { EncryptionContextSubset: { job: 'churn' } },
  })
  expect((await kms(b).decrypt(await seal({ job: 'churn', more: '1' }))).KeyId).toBe(arn)
  await expect(kms(b).decrypt(await seal({ job: 'other' }))).rejects.toMatchObject({ name: 'AccessDeniedException' })
  await expect(kms(b).encrypt({ KeyId: arn, Plaintext })).rejects.toMatchObject({ name: 'AccessDeniedException' })
  await kms().revokeGrant({ KeyId: id, GrantId })
  await expect(kms(b).decrypt(await seal({ job: 'churn' }))).rejects.toMatchObject({ name: 'AccessDeniedException' })
})

test('aws/s3 comes into being when it is named, and can be used through S3 only', async () => {
  const { KeyMetadata } = await kms().describeKey({ KeyId: 'alias/aws/s3' })
  expect(KeyMetadata?.KeyManager).toBe('AWS')
  await expect(kms().encrypt({ KeyId: 'alias/aws/s3', Plaintext })).rejects.toMatchObject({
    name: 'AccessDeniedException',
  })
})
