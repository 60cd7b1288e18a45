import * as events from '@aws-sdk/client-eventbridge'
import * as iam from '@aws-sdk/client-iam'
import * as kms from '@aws-sdk/client-kms'
import * as lambda from '@aws-sdk/client-lambda'
import * as states from '@aws-sdk/client-sfn'
import { zipSync } from 'fflate'
import type { Send } from './account.ts'

/**
 * What an account holds beside the line, each a prize: a role with all rights that every service may take, a function and a
 * state machine that run as it, a policy with a version to go back to, a user, a key. And an analyst: a person's role with few rights.
 */
export const BYSTANDERS = {
  administrator: 'people-administrator',
  analyst: 'people-analyst',
  function: 'people-tool',
  machine: 'people-machine',
  rule: 'people-rule',
  policy: 'people-reading',
  user: 'people-user',
} as const

/** Made by hand and all-powerful by intent: whoever has it needs no path. It is a target of every role, and tries nothing itself. */
export const TRUSTED: readonly string[] = [BYSTANDERS.administrator]

const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
export const code = zipSync({ 'index.mjs': Buffer.from('export const handler = async () => "people"') })

const SERVICES = ['cloudformation', 'codepipeline', 'events', 'lambda', 'sagemaker', 'states']

export interface Bystanders {
  readonly administratorArn: string
  readonly policyArn: string
  readonly machineArn: string
  readonly accessKeyId: string
  readonly keyArn: string
  readonly grantId: string
}

export async function bystanders(account: string, owner: Send): Promise<Bystanders> {
  const administratorArn = `arn:aws:iam::${account}:role/${BYSTANDERS.administrator}`
  const trusts = (Principal: object) => policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' })
  const root = { AWS: `arn:aws:iam::${account}:root` }
  const role = (RoleName: string, AssumeRolePolicyDocument: string, PolicyDocument: string, more = {}) =>
    owner('iam', new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, ...more })).then(() =>
      owner('iam', new iam.PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument })),
    )
  const { Policy } = await owner<iam.CreatePolicyCommandOutput>(
    'iam',
    new iam.CreatePolicyCommand({ PolicyName: BYSTANDERS.policy, PolicyDocument: everything }),
  )
  const { Arn: policyArn = '' } = Policy ?? {}
  // The first version, with all rights, is still there to go back to.
  const reading = policy({ Effect: 'Allow', Action: ['s3:Get*', 's3:List*', 'kms:Decrypt'], Resource: '*' })
  await owner(
    'iam',
    new iam.CreatePolicyVersionCommand({ PolicyArn: policyArn, PolicyDocument: reading, SetAsDefault: true }),
  )

  const Service = SERVICES.map(name => `${name}.amazonaws.com`)
  await role(BYSTANDERS.administrator, trusts({ ...root, Service }), everything)
  await role(BYSTANDERS.analyst, trusts(root), reading, { PermissionsBoundary: policyArn })
  const analyst = { RoleName: BYSTANDERS.analyst, PolicyArn: policyArn }
  await owner('iam', new iam.AttachRolePolicyCommand(analyst))

  const UserName = BYSTANDERS.user
  await owner('iam', new iam.CreateUserCommand({ UserName }))
  await owner('iam', new iam.AttachUserPolicyCommand({ UserName, PolicyArn: policyArn }))
  const { AccessKey } = await owner<iam.CreateAccessKeyCommandOutput>(
    'iam',
    new iam.CreateAccessKeyCommand({ UserName }),
  )

  const made = await owner<lambda.CreateFunctionCommandOutput>(
    'lambda',
    new lambda.CreateFunctionCommand({
      FunctionName: BYSTANDERS.function,
      Role: administratorArn,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: code },
    }),
  )
  const { stateMachineArn: machineArn = '' } = await owner<states.CreateStateMachineCommandOutput>(
    'states',
    new states.CreateStateMachineCommand({
      name: BYSTANDERS.machine,
      roleArn: administratorArn,
      definition: JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } }),
    }),
  )
  await owner('events', new events.PutRuleCommand({ Name: BYSTANDERS.rule, EventPattern: '{"source":["people"]}' }))
  const target = { Id: 'people', Arn: made.FunctionArn }
  await owner('events', new events.PutTargetsCommand({ Rule: BYSTANDERS.rule, Targets: [target] }))
  const { KeyMetadata: { Arn: keyArn = '' } = { Arn: '' } } = await owner<kms.CreateKeyCommandOutput>(
    'kms',
    new kms.CreateKeyCommand({ Description: 'of the people' }),
  )
  const grant = { KeyId: keyArn, GranteePrincipal: administratorArn, Operations: ['Decrypt' as const] }
  const { GrantId: grantId = '' } = await owner<kms.CreateGrantCommandOutput>('kms', new kms.CreateGrantCommand(grant))
  return { administratorArn, policyArn, machineArn, accessKeyId: AccessKey?.AccessKeyId ?? '', keyArn, grantId }
}
