import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as cloudformation from '@aws-sdk/client-cloudformation'
import * as codecommit from '@aws-sdk/client-codecommit'
import * as codepipeline from '@aws-sdk/client-codepipeline'
import * as events from '@aws-sdk/client-eventbridge'
import * as iam from '@aws-sdk/client-iam'
import * as kms from '@aws-sdk/client-kms'
import * as lambda from '@aws-sdk/client-lambda'
import * as s3 from '@aws-sdk/client-s3'
import * as sagemaker from '@aws-sdk/client-sagemaker'
import * as sfn from '@aws-sdk/client-sfn'
import * as sts from '@aws-sdk/client-sts'
import { expect } from 'vitest'
import { systemClock } from '../engine/index.ts'
import { gitSignature } from '../services/codecommit/signature.ts'
import { type Twin, twin } from '../twin.ts'

export const a = '111111111111'
export const b = '222222222222'
const states = ['here', 'there'].map(name => mkdtempSync(join(tmpdir(), `twin-attack-${name}-`)))
/** The twin under attack, and its time. */
export const place = { now: Date.now(), key: '' } as { it: Twin; now: number; key: string }

export interface Keys {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

/** One SDK client with `send`, whatever the service. */
type Sender = { send(command: never): Promise<unknown> }
export const as = (keys: Keys) => {
  const config = {
    endpoint: place.it.endpoint,
    region: 'us-east-1',
    credentials: keys,
    maxAttempts: 1,
    forcePathStyle: true,
    systemClockOffset: place.now - Date.now(),
  }
  const modules = { cloudformation, codecommit, codepipeline, events, iam, kms, lambda, s3, sagemaker, sfn, sts }
  const clients: Record<keyof typeof modules, new (settings: typeof config) => unknown> = {
    cloudformation: cloudformation.CloudFormationClient,
    codecommit: codecommit.CodeCommitClient,
    codepipeline: codepipeline.CodePipelineClient,
    events: events.EventBridgeClient,
    iam: iam.IAMClient,
    kms: kms.KMSClient,
    lambda: lambda.LambdaClient,
    s3: s3.S3Client,
    sagemaker: sagemaker.SageMakerClient,
    sfn: sfn.SFNClient,
    sts: sts.STSClient,
  }
  return <Output = unknown>(service: keyof typeof modules, command: object) =>
    (new clients[service](config) as Sender).send(command as never) as Promise<Output>
}
export const owner = (account: string, root = false) => as(place.it.operator(account, { root }))

export const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements })
export const allow = (statement: object) => policy({ Effect: 'Allow', ...statement })
export const everything = allow({ Action: '*', Resource: '*' })
export const trust = (principal: object, condition?: object) =>
  allow({
    Principal: principal,
    Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    Condition: condition,
  })
export const accountOf = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` })
export const roleArn = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`

export async function role(
  account: string,
  RoleName: string,
  AssumeRolePolicyDocument: string,
  own = everything,
  more = {},
) {
  const call = owner(account)
  await call('iam', new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, ...more }))
  await call('iam', new iam.PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument: own }))
}

export async function user(account: string, UserName: string, own = everything, more = {}): Promise<Keys> {
  const call = owner(account)
  await call('iam', new iam.CreateUserCommand({ UserName, ...more }))
  await call('iam', new iam.PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument: own }))
  const { AccessKey } = await call<iam.CreateAccessKeyCommandOutput>(
    'iam',
    new iam.CreateAccessKeyCommand({ UserName }),
  )
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
}

export const keysOf = (made: sts.Credentials | undefined): Keys => ({
  accessKeyId: made?.AccessKeyId ?? '',
  secretAccessKey: made?.SecretAccessKey ?? '',
  sessionToken: made?.SessionToken ?? '',
})
export async function assume(keys: Keys, arn: string, more: Partial<sts.AssumeRoleCommandInput> = {}): Promise<Keys> {
  const input = { RoleArn: arn, RoleSessionName: 'attack', ...more }
  const answer = await as(keys)<sts.AssumeRoleCommandOutput>('sts', new sts.AssumeRoleCommand(input))
  return keysOf(answer.Credentials)
}

export const who = () => new sts.GetCallerIdentityCommand({})
export const get = () => new s3.GetObjectCommand({ Bucket: 'vault', Key: 'secret' })
export const put = () => new s3.PutObjectCommand({ Bucket: 'vault', Key: 'other', Body: 'x' })
export const refused = (call: Promise<unknown>, name: string | RegExp = /AccessDenied/) =>
  expect(call).rejects.toMatchObject({ name: expect.stringMatching(name) })

/** The status of what git asks first. */
export async function git(keys: Keys, service = 'git-upload-pack'): Promise<number> {
  const stamp = new Date(place.now).toISOString().replace(/[-:]|\.\d+Z/g, '')
  const path = '/v1/repos/code'
  const signature = gitSignature(keys.secretAccessKey, 'us-east-1', new URL(place.it.endpoint).host, path, stamp)
  const name = keys.sessionToken === undefined ? keys.accessKeyId : `${keys.accessKeyId}%${keys.sessionToken}`
  const authorization = `Basic ${Buffer.from(`${name}:${stamp}Z${signature}`).toString('base64')}`
  const answer = await fetch(`${place.it.endpoint}${path}/info/refs?service=${service}`, { headers: { authorization } })
  await answer.arrayBuffer()
  return answer.status
}

export const otherState = states[1] ?? ''

export async function begin(): Promise<void> {
  place.it = await twin({ state: states[0] ?? '', clock: { ...systemClock, now: () => place.now } })
  const call = owner(a)
  await call('s3', new s3.CreateBucketCommand({ Bucket: 'vault' }))
  await call('s3', new s3.PutObjectCommand({ Bucket: 'vault', Key: 'secret', Body: 'x' }))
  await call('codecommit', new codecommit.CreateRepositoryCommand({ repositoryName: 'code' }))
  const made = await call<kms.CreateKeyCommandOutput>('kms', new kms.CreateKeyCommand({}))
  place.key = made.KeyMetadata?.Arn ?? ''
  await role(a, 'open', trust(accountOf(a)))
}

export async function end(): Promise<void> {
  await place.it.close()
  for (const state of states) rmSync(state, { recursive: true, force: true })
}
