import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { operatorKey, operatorSeed, systemRandom } from '@tripoint/twin/operator'
import { ownFlags } from './program.ts'
import { type Server, startServer } from './server.ts'

export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

export interface TwinServer extends Server {
  /** Of a role session whose role has a policy of a usual size. */
  credentials: Credentials
  /** Of the account's administrator. */
  operator: Credentials
  account: string
}

const account = '111111111111'

export async function startTwin(program: string, flags: readonly string[] = []): Promise<TwinServer> {
  const state = mkdtempSync(join(tmpdir(), 'tripoint-bench-'))
  const server = await startServer([
    ...ownFlags(program),
    ...flags,
    program,
    'twin',
    '--port',
    '0',
    '--state',
    state,
    '--json',
  ])
  const operator = operatorKey(operatorSeed(state, systemRandom), account)
  return {
    ...server,
    account,
    operator,
    credentials: await roleSession(server.endpoint, operator),
    async stop() {
      await server.stop()
      rmSync(state, { recursive: true, force: true })
    },
  }
}

const allow = (...actions: string[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: actions.map(Action => ({ Effect: 'Allow', Action, Resource: '*' })),
  })

async function roleSession(endpoint: string, credentials: Credentials): Promise<Credentials> {
  const config = { endpoint, region: 'us-east-1', credentials }
  const iam = new IAMClient(config)
  const RoleName = 'bench'
  const trust = [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' },
    { Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ]
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: trust })
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  const PolicyDocument = allow('s3:*', 'kms:*', 'logs:*', 'states:*', 'iam:*', 'sagemaker:*')
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'work', PolicyDocument }))
  const { Credentials: made } = await new STSClient(config).send(
    new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/${RoleName}`, RoleSessionName: 'bench' }),
  )
  return {
    accessKeyId: made!.AccessKeyId!,
    secretAccessKey: made!.SecretAccessKey!,
    sessionToken: made!.SessionToken!,
  }
}
