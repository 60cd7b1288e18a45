import { synthTemplates } from '@tripoint/stacks'
import { afterAll, beforeAll, expect } from 'vitest'
import example from '../../examples/churn/tripoint.config.ts'
import { a, accountOf, b, everything, policy, trust } from '../../packages/twin/src/gate/attack.fixture.ts'
import { zipOf } from '../../packages/twin/src/services/codepipeline/actions/archive.ts'
import { refusal, shows, stackFailure } from './refusal.ts'
import { clientsOf, may, region, roleThat, service, setUp, tearDown } from './stage.ts'

beforeAll(setUp)
afterAll(tearDown)

interface Declaration {
  Type: string
  DeletionPolicy?: string
  Properties?: Record<string, unknown>
}

const template = (Resources: Record<string, Declaration>) => JSON.stringify({ Resources })
const creates = (account: string, Resources: Record<string, Declaration>, RoleARN?: string) => (StackName: string) =>
  clientsOf(account).cloudformation.createStack({
    StackName,
    TemplateBody: template(Resources),
    Capabilities: ['CAPABILITY_NAMED_IAM'],
    ...(RoleARN === undefined ? {} : { RoleARN }),
  })

const handler = (message: string, service: string, status: number, code: string) =>
  `Resource handler returned message: "${message} (Service: ${service}, Status Code: ${status})" (RequestToken: …, HandlerErrorCode: ${code})`

/** The resources of the example's templates, template by template. */
const ours = () =>
  Object.values(synthTemplates(example).templates).map(({ Resources }) =>
    Object.values(Resources as Record<string, Declaration>),
  )

shows('policy-on-foreign-role', async () => {
  await roleThat(b, 'cross-account', trust(accountOf(a)))
  const PolicyDocument = JSON.parse(everything)
  const Grant = { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'g', PolicyDocument, Roles: ['cross-account'] } }
  expect(await stackFailure(clientsOf(a), 'pipeline', creates(a, { Grant }))).toBe(
    handler('The role with name cross-account cannot be found.', 'Iam', 404, 'NotFound'),
  )
  for (const resources of ours()) {
    const own = resources.flatMap(({ Type, Properties }) => (Type === 'AWS::IAM::Role' ? [Properties?.RoleName] : []))
    const granted = resources.flatMap(({ Properties }) => (Properties?.Roles as unknown[] | undefined) ?? [])
    expect(own).toEqual(expect.arrayContaining(granted))
  }
})

shows('pipeline-without-key', async () => {
  const all = ours()
  const pipelines = all.flat().filter(({ Type }) => Type === 'AWS::CodePipeline::Pipeline')
  expect(pipelines).toHaveLength(1)
  expect(pipelines[0]?.Properties).toMatchObject({
    ArtifactStore: { EncryptionKey: { Type: 'KMS', Id: expect.anything() } },
  })
  expect(JSON.stringify(pipelines[0]?.Properties?.ArtifactStore)).not.toContain('alias/')
  expect(all.flat().filter(({ Type }) => Type === 'AWS::KMS::Key')).toHaveLength(1)
})

shows('function-code-not-readable', async () => {
  const { s3 } = clientsOf(a)
  await s3.createBucket({ Bucket: 'packages' })
  await s3.putObject({ Bucket: 'packages', Key: 'code.zip', Body: zipOf({ 'index.js': Buffer.from('') }) })
  const Role = await roleThat(b, 'function', service('lambda'))
  const builder = await roleThat(b, 'builder', service('cloudformation'), may('*'))
  const Code = { S3Bucket: 'packages', S3Key: 'code.zip' }
  const Properties = { Role, Code, Handler: 'index.handler', Runtime: 'nodejs22.x' }
  const Deployer = { Type: 'AWS::Lambda::Function', Properties }
  expect(await stackFailure(clientsOf(b), 'code', creates(b, { Deployer }, builder))).toBe(
    handler(
      'Your access has been denied by S3, please make sure your request credentials have permission to GetObject for packages/code.zip. S3 Error Code: AccessDenied. S3 Error Message: Access Denied',
      'Lambda',
      403,
      'AccessDenied',
    ),
  )
})

shows('managed-rule', async () => {
  const machine = await roleThat(b, 'machine', service('states'), may(['sagemaker:*', 'iam:PassRole']))
  const state = {
    Type: 'Task',
    Resource: 'arn:aws:states:::sagemaker:createTrainingJob.sync',
    Parameters: {},
    End: true,
  }
  const definition = JSON.stringify({ StartAt: 'Train', States: { Train: state } })
  const message = `'${machine}' is not authorized to create managed-rule.`
  const { states } = clientsOf(b)
  expect(await refusal(states.createStateMachine({ name: 'workflow', roleArn: machine, definition }))).toEqual({
    code: 'AccessDeniedException',
    status: 400,
    text: message,
  })
  const Properties = { RoleArn: machine, DefinitionString: definition }
  const Workflow = { Type: 'AWS::StepFunctions::StateMachine', Properties }
  expect(await stackFailure(clientsOf(b), 'workflow', creates(b, { Workflow }))).toBe(
    handler(message, 'Sfn', 400, 'AccessDenied'),
  )
  const rule = `arn:aws:events:${region}:${b}:rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule`
  await clientsOf(b).iam.putRolePolicy({
    RoleName: 'machine',
    PolicyName: 'rule',
    PolicyDocument: policy(may(['events:PutRule', 'events:PutTargets', 'events:DescribeRule'], rule)),
  })
  await states.createStateMachine({ name: 'workflow', roleArn: machine, definition })
})

shows('circular-dependency', async () => {
  const arnOf = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] })
  const KeyPolicy = { Statement: [{ ...may('kms:Decrypt'), Principal: { AWS: arnOf('Role') } }] }
  const Policies = [
    {
      PolicyName: 'key',
      PolicyDocument: { Statement: [may('kms:Decrypt')].map(one => ({ ...one, Resource: arnOf('Key') })) },
    },
  ]
  const circle = {
    Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy } },
    Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {}, Policies } },
    Bucket: { Type: 'AWS::S3::Bucket' },
  }
  expect(await refusal(creates(a, circle)('circle'))).toEqual({
    code: 'ValidationError',
    status: 400,
    text: 'Circular dependency between resources: [Key, Role]',
  })
})

shows('bucket-left-behind', async () => {
  const { s3, cloudformation } = clientsOf(a)
  const artifacts = (name: string, versioned: boolean): Record<string, Declaration> => {
    const VersioningConfiguration = { Status: 'Enabled' }
    const Properties = { BucketName: name, ...(versioned ? { VersioningConfiguration } : {}) }
    return { Artifacts: { Type: 'AWS::S3::Bucket', Properties } }
  }
  for (const [name, versioned, words] of [
    ['plain', false, 'The bucket you tried to delete is not empty'],
    ['versioned', true, 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.'],
  ] as const) {
    await stackFailure(clientsOf(a), name, creates(a, artifacts(name, versioned)))
    await s3.putObject({ Bucket: name, Key: 'model.tar.gz', Body: 'x' })
    expect(await refusal(s3.deleteBucket({ Bucket: name }))).toEqual({
      code: 'BucketNotEmpty',
      status: 409,
      text: words,
    })
    expect(await stackFailure(clientsOf(a), name, StackName => cloudformation.deleteStack({ StackName }))).toBe(
      handler(words, 'S3', 409, 'GeneralServiceException'),
    )
    expect(await stackFailure(clientsOf(a), `${name}-again`, creates(a, artifacts(name, versioned)))).toBe(
      handler(`${name} already exists`, 'S3', 0, 'AlreadyExists'),
    )
  }
})
