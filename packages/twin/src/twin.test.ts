import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Twin, twin } from './twin.ts'

const a = '111111111111'
const b = '222222222222'
let it: Twin
const state = mkdtempSync(join(tmpdir(), 'twin-'))

const config = (account: string, options?: { root?: boolean }) => {
  const { accessKeyId, secretAccessKey } = it.operator(account, options)
  return { endpoint: it.endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } }
}
const trust = (principal: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' }],
  })

beforeAll(async () => {
  it = await twin({ state })
})
afterAll(async () => {
  await it.close()
  rmSync(state, { recursive: true })
})

test('an operator is an administrator user of the account', async () => {
  const identity = await new STSClient(config(a)).send(new GetCallerIdentityCommand({}))
  expect(identity).toMatchObject({ Account: a, Arn: `arn:aws:iam::${a}:user/administrator` })
})

test('a role of another account is assumed only where both sides allow it, and root never may', async () => {
  const iam = new IAMClient(config(b))
  await iam.send(
    new CreateRoleCommand({ RoleName: 'guest', AssumeRolePolicyDocument: trust(`arn:aws:iam::${a}:root`) }),
  )
  const assume = new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${b}:role/guest`, RoleSessionName: 'visit' })
  const { Credentials } = await new STSClient(config(a)).send(assume)
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  }
  const guest = new IAMClient({ ...config(b), credentials })
  const put = new PutRolePolicyCommand({
    RoleName: 'guest',
    PolicyName: 'more',
    PolicyDocument: '{"Version":"2012-10-17","Statement":[]}',
  })
  await expect(guest.send(put)).rejects.toMatchObject({
    name: 'AccessDenied',
    message: `User: arn:aws:sts::${b}:assumed-role/guest/visit is not authorized to perform: iam:PutRolePolicy on resource: role guest because no identity-based policy allows the iam:PutRolePolicy action`,
  })
  await expect(new STSClient(config(a, { root: true })).send(assume)).rejects.toThrow(
    'Roles may not be assumed by root accounts.',
  )
  await expect(new STSClient(config('333333333333')).send(assume)).rejects.toMatchObject({ name: 'AccessDenied' })
  const denied = [...it.audit()].find(entry => entry.operation === 'PutRolePolicy')
  expect(denied?.verdicts[0]?.missing[0]?.side).toBe('identity')
})

test('a state directory has one twin', async () => {
  await expect(twin({ state })).rejects.toThrow('held by another twin')
})
