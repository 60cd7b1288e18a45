import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateRoleCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Twin, twin } from './twin.ts'

let it: Twin
const state = mkdtempSync(join(tmpdir(), 'twin-compat-'))
const other = mkdtempSync(join(tmpdir(), 'twin-strict-'))

const config = (accessKeyId: string, secretAccessKey = 'anything', sessionToken?: string) => ({
  endpoint: it.endpoint,
  region: 'us-east-1',
  maxAttempts: 1,
  credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
})
const trusting = (account: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }],
  })
const visit = (account: string) =>
  new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/guest`, RoleSessionName: 'visit' })

beforeAll(async () => {
  it = await twin({ state, compat: true })
})
afterAll(async () => {
  await it.close()
  for (const directory of [state, other]) rmSync(directory, { recursive: true })
})

test('an unknown key is root of the account it names; known keys must be signed', async () => {
  const who = (...key: Parameters<typeof config>) =>
    new STSClient(config(...key)).send(new GetCallerIdentityCommand({}))
  expect(await who('555555555555', 'x', 'some token')).toMatchObject({ Arn: 'arn:aws:iam::555555555555:root' })
  expect(await who('testing')).toMatchObject({ Account: '123456789012' })
  const { accessKeyId, secretAccessKey } = it.operator('555555555555')
  expect(await who(accessKeyId, secretAccessKey)).toMatchObject({ Arn: expect.stringContaining('user/administrator') })
  await expect(who(accessKeyId, 'wrong')).rejects.toThrow('signature')
})

test('it may assume roles, whose policies are enforced; the known root may not', async () => {
  const role = { RoleName: 'guest', AssumeRolePolicyDocument: trusting('555555555555') }
  await new IAMClient(config('666666666666')).send(new CreateRoleCommand(role))
  const { Credentials } = await new STSClient(config('555555555555')).send(visit('666666666666'))
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {}
  const guest = new IAMClient(config(AccessKeyId, SecretAccessKey, SessionToken))
  await expect(guest.send(new GetRoleCommand({ RoleName: 'guest' }))).rejects.toMatchObject({ name: 'AccessDenied' })
  await expect(new STSClient(config('777777777777')).send(visit('666666666666'))).rejects.toMatchObject({
    name: 'AccessDenied',
  })
  const root = it.operator('555555555555', { root: true })
  const known = new STSClient(config(root.accessKeyId, root.secretAccessKey))
  await expect(known.send(visit('666666666666'))).rejects.toThrow('root accounts')
})

test('reset leaves nothing, the operator comes in as before, and no web page can ask for it', async () => {
  const iam = new IAMClient(config('666666666666'))
  const ask = (path: string, headers = {}) => fetch(`${it.endpoint}/moto-api/${path}`, { method: 'POST', headers })
  expect((await ask('config')).status).toBe(201)
  expect((await ask('reset', { origin: 'http://example.com' })).status).toBe(403)
  await iam.send(new GetRoleCommand({ RoleName: 'guest' }))
  const answer = await ask('reset')
  expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }])
  await expect(iam.send(new GetRoleCommand({ RoleName: 'guest' }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  })
  expect([...it.audit()].map(({ operation }) => operation)).toEqual(['GetRole'])
  const { accessKeyId, secretAccessKey } = it.operator('666666666666')
  const role = { RoleName: 'guest', AssumeRolePolicyDocument: trusting('555555555555') }
  await new IAMClient(config(accessKeyId, secretAccessKey)).send(new CreateRoleCommand(role))
})

test('off unless asked for, and never beyond this machine', async () => {
  await expect(twin({ state: other, compat: true, host: '0.0.0.0' })).rejects.toThrow('127.0.0.1 only')
  const strict = await twin({ state: other })
  try {
    const sts = new STSClient({ ...config('555555555555'), endpoint: strict.endpoint })
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
    const reset = await fetch(`${strict.endpoint}/moto-api/reset`, { method: 'POST' })
    expect(reset.status).not.toBe(200)
  } finally {
    await strict.close()
  }
})
