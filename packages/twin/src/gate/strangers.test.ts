import * as cloudformation from '@aws-sdk/client-cloudformation'
import * as codepipeline from '@aws-sdk/client-codepipeline'
import * as events from '@aws-sdk/client-eventbridge'
import * as iam from '@aws-sdk/client-iam'
import * as kms from '@aws-sdk/client-kms'
import * as lambda from '@aws-sdk/client-lambda'
import * as s3 from '@aws-sdk/client-s3'
import * as sagemaker from '@aws-sdk/client-sagemaker'
import * as sfn from '@aws-sdk/client-sfn'
import { Sha256 } from '@smithy/core/checksum'
import { SignatureV4 } from '@smithy/signature-v4'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  a,
  accountOf,
  allow,
  as,
  assume,
  b,
  begin,
  end,
  everything,
  get,
  git,
  otherState,
  owner,
  place,
  policy,
  refused,
  role,
  roleArn,
  trust,
  user,
  who,
} from './attack.fixture.ts'
import { operatorKey, operatorSeed } from './operator.ts'

beforeAll(begin)
afterAll(end)

describe('other accounts and strangers', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['reads no object', () => owner(b)('s3', get())],
    ['lists no bucket', () => owner(b)('s3', new s3.ListObjectsV2Command({ Bucket: 'vault' }))],
    [
      'writes no bucket policy',
      () => owner(b)('s3', new s3.PutBucketPolicyCommand({ Bucket: 'vault', Policy: everything })),
    ],
    ['uses no key', () => owner(b)('kms', new kms.EncryptCommand({ KeyId: place.key, Plaintext: Buffer.from('x') }))],
    ['assumes no role', () => assume(place.it.operator(b), roleArn(a, 'open'))],
    ['not even as root', () => owner(b, true)('s3', get())],
    [
      "changes no policy of AWS's",
      () =>
        owner(b)(
          'iam',
          new iam.CreatePolicyVersionCommand({
            PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
            PolicyDocument: everything,
            SetAsDefault: true,
          }),
        ),
    ],
  ])('another account %s', (_what, attempt) => refused(attempt()))

  test('git knows no repository of another account', async () => {
    expect(await git(place.it.operator(b))).toBe(404)
    expect(await git(place.it.operator(a))).toBe(200)
  })

  test.each<[string, object[]]>([
    ['without GitPush', [{ Effect: 'Allow', Action: 'codecommit:GitPull', Resource: '*' }]],
    [
      'with a Deny',
      [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 'codecommit:GitPush', Resource: '*' },
      ],
    ],
  ])('a push %s', async (name, statements) => {
    const keys = await user(a, name.replace(/\W/g, '-'), policy(...statements))
    expect(await git(keys)).toBe(200)
    expect(await git(keys, 'git-receive-pack')).toBe(403)
  })

  test('without a signature there is nothing', async () => {
    expect((await fetch(`${place.it.endpoint}/vault/secret`)).status).toBe(403)
    expect((await fetch(`${place.it.endpoint}/vault`)).status).toBe(403)
    expect((await fetch(`${place.it.endpoint}/_audit`)).status).toBe(403)
    expect((await fetch(`${place.it.endpoint}/_audit`, { headers: { authorization: 'Bearer ' } })).status).toBe(403)
    expect((await fetch(`${place.it.endpoint}/moto-api/reset`, { method: 'POST' })).status).toBeGreaterThanOrEqual(400)
    await owner(a)('s3', get())
    const body = new URLSearchParams({
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: roleArn(a, 'open'),
      RoleSessionName: 'anyone',
    })
    expect((await fetch(place.it.endpoint, { method: 'POST', body })).status).toBe(403)
  })

  test('keys of another state directory are unknown', async () => {
    const seed = operatorSeed(otherState, { bytes: length => Buffer.alloc(length, 7) })
    for (const root of [false, true])
      await refused(as(operatorKey(seed, a, root))('sts', who()), 'InvalidClientTokenId')
    const mixed = { ...place.it.operator(a), secretAccessKey: operatorKey(seed, a).secretAccessKey }
    await refused(as(mixed)('sts', who()), 'SignatureDoesNotMatch')
  })

  test('a presigned URL is worth what its signer may do now', async () => {
    const credentials = await user(a, 'signer')
    const signer = new SignatureV4({
      service: 's3',
      region: 'us-east-1',
      credentials,
      sha256: Sha256,
      uriEscapePath: false,
    })
    const { hostname, port, host } = new URL(place.it.endpoint)
    const request = {
      method: 'GET',
      protocol: 'http:',
      hostname,
      port: Number(port),
      path: '/vault/secret',
      headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    }
    const { query } = await signer.presign(request, { expiresIn: 3_600, signingDate: new Date(place.now) })
    const url = `${place.it.endpoint}/vault/secret?${new URLSearchParams(query as Record<string, string>)}`
    expect((await fetch(url)).status).toBe(200)
    await owner(a)('iam', new iam.DeleteUserPolicyCommand({ UserName: 'signer', PolicyName: 'own' }))
    expect((await fetch(url)).status).toBe(403)
  })

  test('a key policy that denies root denies root', async () => {
    const Policy = policy(
      { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' },
      { Effect: 'Deny', Principal: accountOf(a), Action: 'kms:Encrypt', Resource: '*' },
    )
    const made = await owner(a, true)<kms.CreateKeyCommandOutput>(
      'kms',
      new kms.CreateKeyCommand({ Policy, BypassPolicyLockoutSafetyCheck: true }),
    )
    const encrypt = new kms.EncryptCommand({ KeyId: made.KeyMetadata?.Arn, Plaintext: Buffer.from('x') })
    await refused(owner(a, true)('kms', encrypt))
    await refused(owner(a)('kms', encrypt))
  })
})

describe('roles that services take', () => {
  const ours = (name: string) => `arn:aws:lambda:us-east-1:${a}:function:${name}`
  const image = `${a}.dkr.ecr.us-east-1.amazonaws.com/x:1`
  const artifactStore = { type: 'S3' as const, location: 'vault' }
  const action = (category: 'Source' | 'Approval', provider: string, configuration: Record<string, string>) => [
    {
      name: provider,
      actionTypeId: { category, owner: 'AWS' as const, provider, version: '1' },
      configuration,
      ...(category === 'Source' ? { outputArtifacts: [{ name: 'source' }] } : {}),
    },
  ]
  const stages = [
    { name: 'One', actions: action('Source', 'CodeCommit', { RepositoryName: 'code', BranchName: 'main' }) },
    { name: 'Two', actions: action('Approval', 'Manual', {}) },
  ]
  const definition = '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}'
  const attempts: Record<string, (call: ReturnType<typeof as>, role: string) => Promise<unknown>> = {
    states: (call, roleArn) => call('sfn', new sfn.CreateStateMachineCommand({ name: 'm', definition, roleArn })),
    lambda: (call, Role) =>
      call(
        'lambda',
        new lambda.CreateFunctionCommand({
          FunctionName: 'f',
          Role,
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Code: { ZipFile: Buffer.from('UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==', 'base64') },
        }),
      ),
    sagemaker: (call, ExecutionRoleArn) =>
      call(
        'sagemaker',
        new sagemaker.CreateModelCommand({ ModelName: 'm', ExecutionRoleArn, PrimaryContainer: { Image: image } }),
      ),
    training: (call, RoleArn) =>
      call(
        'sagemaker',
        new sagemaker.CreateTrainingJobCommand({
          TrainingJobName: 'j',
          RoleArn,
          AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'File' },
          OutputDataConfig: { S3OutputPath: 's3://vault/out' },
          ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
          StoppingCondition: { MaxRuntimeInSeconds: 60 },
        }),
      ),
    codepipeline: (call, roleArn) =>
      call(
        'codepipeline',
        new codepipeline.CreatePipelineCommand({ pipeline: { name: 'p', roleArn, artifactStore, stages } }),
      ),
    cloudformation: (call, RoleARN) =>
      call(
        'cloudformation',
        new cloudformation.CreateStackCommand({
          StackName: 's',
          RoleARN,
          TemplateBody: '{"Resources":{"P":{"Type":"AWS::S3::Bucket"}}}',
        }),
      ),
    events: async (call, RoleArn) => {
      await call('events', new events.PutRuleCommand({ Name: 'r', EventPattern: '{"source":["x"]}' }))
      return call(
        'events',
        new events.PutTargetsCommand({ Rule: 'r', Targets: [{ Id: 't', Arn: ours('f'), RoleArn }] }),
      )
    },
    'a rule': (call, RoleArn) =>
      call('events', new events.PutRuleCommand({ Name: 'q', EventPattern: '{"source":["x"]}', RoleArn })),
  }

  test.each(Object.keys(attempts))('%s takes no role without PassRole, and none of another account', async name => {
    const attempt = attempts[name] as (typeof attempts)[string]
    const without = await user(
      a,
      `no-pass-${name.replace(' ', '-')}`,
      allow({ NotAction: 'iam:PassRole', Resource: '*' }),
    )
    await expect(attempt(as(without), roleArn(a, 'open'))).rejects.toThrow(/iam:PassRole/)
    const elsewhere = await user(a, `other-pass-${name.replace(' ', '-')}`, allow({ Action: '*', Resource: '*' }))
    await expect(attempt(as(elsewhere), roleArn(b, 'open'))).rejects.toThrow(
      /PassRole|[Cc]ross-account|pass role|same account|different account/,
    )
    const wrongService = policy(
      { Effect: 'Allow', NotAction: 'iam:PassRole', Resource: '*' },
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: '*',
        Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
      },
    )
    const limited = await user(a, `ec2-pass-${name.replace(' ', '-')}`, wrongService)
    await expect(attempt(as(limited), roleArn(a, 'open'))).rejects.toThrow(/iam:PassRole/)
  })

  test.each<[string, object, boolean]>([
    ['its account', { StringEquals: { 'aws:SourceAccount': a } }, true],
    ['another account', { StringEquals: { 'aws:SourceAccount': b } }, false],
    ['its machine', { ArnLike: { 'aws:SourceArn': `arn:aws:states:us-east-1:${a}:stateMachine:*` } }, true],
    ['another machine', { ArnLike: { 'aws:SourceArn': `arn:aws:states:us-east-1:${b}:stateMachine:*` } }, false],
    ['an address of ours', { IpAddress: { 'aws:SourceIp': ['0.0.0.0/0', '::/0'] } }, false],
  ])('a service takes a role that trusts it for %s: %s', async (what, condition, expected) => {
    const name = `deputy-${what.replaceAll(' ', '-')}`
    await role(a, name, trust({ Service: 'states.amazonaws.com' }, condition))
    const call = owner(a)
    const task = {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:s3:getBucketLocation',
      Parameters: { Bucket: 'vault' },
      End: true,
    }
    const machine = new sfn.CreateStateMachineCommand({
      name,
      definition: JSON.stringify({ StartAt: 'A', States: { A: task } }),
      roleArn: roleArn(a, name),
    })
    const { stateMachineArn } = await call<sfn.CreateStateMachineCommandOutput>('sfn', machine)
    await call('sfn', new sfn.StartExecutionCommand({ stateMachineArn }))
    const taken = () =>
      [...place.it.audit()].find(
        entry => entry.operation === 'AssumeRole' && entry.verdicts[0]?.resource === roleArn(a, name),
      )
    await expect.poll(taken, { timeout: 5_000 }).toMatchObject({ verdicts: [{ allowed: expected }] })
  })
})
