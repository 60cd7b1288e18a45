import { CodePipeline } from '@aws-sdk/client-codepipeline'
import { EventBridge } from '@aws-sdk/client-eventbridge'
import { IAM } from '@aws-sdk/client-iam'
import { KMS } from '@aws-sdk/client-kms'
import { Lambda } from '@aws-sdk/client-lambda'
import { S3 } from '@aws-sdk/client-s3'
import { SFN } from '@aws-sdk/client-sfn'
import { zip } from '../../../packages/twin/src/services/lambda/lambda.fixture.ts'
import type { LoadedTwin } from './loaded-twin.ts'

/** Three accounts whose policies allow what the churn line's do, made with the SDK: many pipelines share them. */
export interface World {
  /** Of account A. */
  codepipeline: CodePipeline
  events: EventBridge
  /** Of account B. */
  states: SFN
  machine: string
  /** Source in A → a machine in B → an approval → a function in C, which reports as a role of A. */
  line(name: string): Promise<void>
  /** Source in A → a machine in B. */
  light(name: string): Promise<void>
}

const [a, b, c, region] = ['111111111111', '222222222222', '333333333333', 'us-east-1']

const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const allow = (Action: string | string[], Resource: string | string[] = '*') => ({ Effect: 'Allow', Action, Resource })
/** One role by its name, before it exists and after it was made anew. */
const only = (role: string) => ({
  Principal: { AWS: `arn:aws:iam::${role.split(':')[4]}:root` },
  Condition: { ArnEquals: { 'aws:PrincipalArn': role } },
})
const service = (name: string) => ({ Principal: { Service: `${name}.amazonaws.com` } })
const role = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`

const bucket = 'line-artifacts'
const pipelineRole = role(a, 'pipeline')
const reporter = role(a, 'reporter')
const starter = role(b, 'starter')
const caller = role(c, 'caller')
const machine = `arn:aws:states:${region}:${b}:stateMachine:work`
const worker = `arn:aws:lambda:${region}:${c}:function:work`

/** Starts no second report for a job: PutJobSuccessResult answers one of them alone. */
const code = `
const { STSClient, AssumeRoleCommand } = require('@aws-sdk/client-sts')
const { CodePipelineClient, PutJobSuccessResultCommand } = require('@aws-sdk/client-codepipeline')
const sts = new STSClient({})
exports.handler = async event => {
  const { id, data } = event['CodePipeline.job']
  const { Credentials: c } = await sts.send(new AssumeRoleCommand({ RoleArn: '${reporter}', RoleSessionName: 'report' }))
  const credentials = { accessKeyId: c.AccessKeyId, secretAccessKey: c.SecretAccessKey, sessionToken: c.SessionToken }
  const { UserParameters: name } = data.actionConfiguration.configuration
  console.log('work of', name)
  await new CodePipelineClient({ credentials }).send(new PutJobSuccessResultCommand({ jobId: id, outputVariables: { name } }))
}`

const definition = JSON.stringify({
  StartAt: 'Say',
  States: { Say: { Type: 'Pass', Result: { done: true }, End: true } },
})

export async function world(twin: LoadedTwin): Promise<World> {
  const of = (account: string) => {
    const key = twin.keys.find(each => each.account === account)
    if (key === undefined) throw new Error(`no operator of ${account}`)
    const { accessKeyId, secretAccessKey } = key
    return { endpoint: twin.endpoint, region, credentials: { accessKeyId, secretAccessKey } }
  }
  const makeRole = async (arn: string, trust: object, ...statements: object[]) => {
    const [account = '', name = ''] = [arn.split(':')[4], arn.split('/')[1]]
    const iam = new IAM(of(account))
    const AssumeRolePolicyDocument = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', ...trust })
    await iam.createRole({ RoleName: name, AssumeRolePolicyDocument })
    if (statements.length > 0)
      await iam.putRolePolicy({ RoleName: name, PolicyName: 'own', PolicyDocument: policy(...statements) })
  }
  const objects = `arn:aws:s3:::${bucket}/*`
  const { KeyMetadata } = await new KMS(of(a)).createKey({
    Policy: policy(
      { ...allow('kms:*'), Principal: { AWS: `arn:aws:iam::${a}:root` } },
      { ...allow(['kms:Decrypt', 'kms:DescribeKey']), ...only(starter) },
    ),
  })
  const key = KeyMetadata?.Arn ?? ''
  await makeRole(
    pipelineRole,
    service('codepipeline'),
    allow('sts:AssumeRole', [starter, caller]),
    allow(['s3:GetBucketVersioning', 's3:GetObject*', 's3:PutObject'], [`arn:aws:s3:::${bucket}`, objects]),
    allow(['kms:GenerateDataKey', 'kms:Decrypt'], key),
  )
  await makeRole(
    starter,
    only(pipelineRole),
    allow(['states:DescribeStateMachine', 'states:StartExecution'], machine),
    allow('states:DescribeExecution', machine.replace('stateMachine', 'execution').concat(':*')),
    allow('s3:GetObject*', objects),
    allow('kms:Decrypt', key),
  )
  await makeRole(role(b, 'machine'), service('states'))
  await makeRole(caller, only(pipelineRole), allow('lambda:InvokeFunction', worker), allow('lambda:ListFunctions'))
  await makeRole(
    role(c, 'worker'),
    service('lambda'),
    allow('sts:AssumeRole', reporter),
    allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']),
  )
  await makeRole(reporter, only(role(c, 'worker')), allow('codepipeline:PutJobSuccessResult'))
  const s3 = new S3(of(a))
  await s3.createBucket({ Bucket: bucket })
  await s3.putBucketVersioning({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } })
  await s3.putBucketPolicy({
    Bucket: bucket,
    Policy: policy({ ...allow('s3:GetObject*', objects), ...only(starter) }),
  })
  const source = zip({ 'input.json': '{"from":"source"}' })
  await s3.putObject({ Bucket: bucket, Key: 'source.zip', Body: source })
  const states = new SFN(of(b))
  await states.createStateMachine({ name: 'work', definition, roleArn: role(b, 'machine') })
  await new Lambda(of(c)).createFunction({
    FunctionName: 'work',
    Role: role(c, 'worker'),
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Timeout: 60,
    Code: { ZipFile: zip({ 'index.js': code }) },
  })

  const codepipeline = new CodePipeline(of(a))
  const action = (
    category: 'Source' | 'Invoke' | 'Approval',
    provider: string,
    configuration: Record<string, string>,
    more: object = {},
  ) => ({
    name: category,
    actions: [
      {
        name: category,
        actionTypeId: { category, owner: 'AWS' as const, provider, version: '1' },
        configuration,
        ...more,
      },
    ],
  })
  const sources = action(
    'Source',
    'S3',
    { S3Bucket: bucket, S3ObjectKey: 'source.zip', PollForSourceChanges: 'false' },
    { outputArtifacts: [{ name: 'code' }] },
  )
  const work = action(
    'Invoke',
    'StepFunctions',
    { StateMachineArn: machine, InputType: 'FilePath', Input: 'input.json' },
    { inputArtifacts: [{ name: 'code' }], roleArn: starter },
  )
  const create = (name: string, stages: object[]) =>
    codepipeline.createPipeline({
      pipeline: {
        name,
        roleArn: pipelineRole,
        artifactStore: { type: 'S3', location: bucket, encryptionKey: { id: key, type: 'KMS' } },
        stages: stages as never,
      },
    })
  return {
    codepipeline,
    events: new EventBridge(of(a)),
    states,
    machine,
    async line(name) {
      const deploy = action('Invoke', 'Lambda', { FunctionName: 'work', UserParameters: name }, { roleArn: caller })
      await create(name, [
        sources,
        { ...work, name: 'Train' },
        action('Approval', 'Manual', {}),
        { ...deploy, name: 'Deploy' },
      ])
    },
    light: async name => void (await create(name, [sources, work])),
  }
}
