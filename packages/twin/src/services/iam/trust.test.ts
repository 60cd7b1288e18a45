import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, type Credentials, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Twin, twin } from '../../twin.ts'

const a = '111111111111'
const b = '222222222222'
const state = mkdtempSync(join(tmpdir(), 'twin-trust-'))
let it: Twin

const config = (account: string) => ({ endpoint: it.endpoint, region: 'us-east-1', credentials: it.operator(account) })
const policy = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })
const trust = (AWS: string) => policy({ Principal: { AWS }, Action: 'sts:AssumeRole' })

beforeAll(async () => {
  it = await twin({ state })
})
afterAll(async () => {
  await it.close()
  rmSync(state, { recursive: true })
})

const role = async (account: string, RoleName: string, AssumeRolePolicyDocument: string) => {
  const iam = new IAMClient(config(account))
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  const PolicyDocument = policy({ Action: 'sts:AssumeRole', Resource: '*' })
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }))
}

const assume = async (account: string, name: string, as?: Credentials): Promise<Credentials> => {
  const own = as && {
    accessKeyId: as.AccessKeyId ?? '',
    secretAccessKey: as.SecretAccessKey ?? '',
    sessionToken: as.SessionToken ?? '',
  }
  const client = new STSClient({ ...config(a), ...(own === undefined ? {} : { credentials: own }) })
  const RoleArn = `arn:aws:iam::${account}:role/${name}`
  const { Credentials: made } = await client.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }))
  return made as Credentials
}

test('a trust policy means the role that it named, not a later one of the same name', async () => {
  const guest = `arn:aws:iam::${a}:role/guest`
  const iam = new IAMClient(config(a))
  await expect(role(b, 'host', trust(guest))).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
    message: `Invalid principal in policy: "AWS":"${guest}"`,
  })
  const ofAccount = trust(`arn:aws:iam::${a}:root`)
  await role(a, 'guest', ofAccount)
  const { Role: first } = await iam.send(new GetRoleCommand({ RoleName: 'guest' }))
  await role(b, 'host', trust(guest))
  await assume(b, 'host', await assume(a, 'guest'))

  await iam.send(new DeleteRolePolicyCommand({ RoleName: 'guest', PolicyName: 'own' }))
  await iam.send(new DeleteRoleCommand({ RoleName: 'guest' }))
  await role(a, 'guest', ofAccount)
  await expect(assume(b, 'host', await assume(a, 'guest'))).rejects.toMatchObject({ name: 'AccessDenied' })
  const { Role: host } = await new IAMClient(config(b)).send(new GetRoleCommand({ RoleName: 'host' }))
  expect(decodeURIComponent(host?.AssumeRolePolicyDocument ?? '')).toBe(trust(first?.RoleId ?? ''))
})

test('each kind of policy has its own rules', async () => {
  const iam = new IAMClient(config(a))
  const withPrincipal = policy({ Principal: '*', Action: 's3:GetObject', Resource: '*' })
  const withResource = policy({ Principal: '*', Action: 'sts:AssumeRole', Resource: '*' })
  const malformed = { name: 'MalformedPolicyDocumentException' }
  await expect(
    iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: withPrincipal })),
  ).rejects.toMatchObject(malformed)
  await expect(
    iam.send(new PutRolePolicyCommand({ RoleName: 'guest', PolicyName: 'p', PolicyDocument: withPrincipal })),
  ).rejects.toMatchObject(malformed)
  await expect(role(a, 'odd', withResource)).rejects.toMatchObject(malformed)
})
