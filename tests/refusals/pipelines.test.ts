import { CodeCommit } from '@aws-sdk/client-codecommit'
import type { ActionDeclaration } from '@aws-sdk/client-codepipeline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { a, accountOf, b, place, roleArn, trust } from '../../packages/twin/src/gate/attack.fixture.ts'
import { actionRole, Bucket, failureOf, given, pipeline, prepare, source, type, type Variant } from './pipeline.ts'
import { refusal, shows } from './refusal.ts'
import { c, clientsOf, may, region, roleThat, service, setUp, tearDown } from './stage.ts'

beforeAll(async () => {
  await setUp()
  await prepare()
})
afterAll(tearDown)

/** Deploys the template of the source. */
const deploy = (RoleArn: string, roleArn?: string): ActionDeclaration => ({
  name: 'Deploy',
  actionTypeId: type('Deploy', 'CloudFormation'),
  configuration: {
    ActionMode: 'CREATE_UPDATE',
    StackName: 'work',
    TemplatePath: 'code::template.json',
    Capabilities: 'CAPABILITY_IAM',
    RoleArn,
  },
  inputArtifacts: [{ name: 'code' }],
  ...(roleArn === undefined ? {} : { roleArn }),
})

shows('cross-account-pass-role', async () => {
  const theirs = await roleThat(b, 'stack-role', service('cloudformation'), may('*'))
  expect(await failureOf('pass-role', deploy(theirs))).toEqual({
    action: 'Deploy',
    code: 'PermissionError',
    message:
      'Cross-account pass role is not allowed (Service: AmazonCloudFormation; Status Code: 403; Error Code: AccessDenied)',
  })
  const TemplateBody = JSON.stringify({ Resources: { Own: { Type: 'AWS::IAM::Role' } } })
  expect(
    await refusal(clientsOf(a).cloudformation.createStack({ StackName: 'w', TemplateBody, RoleARN: theirs })),
  ).toEqual({
    code: 'AccessDenied',
    status: 403,
    text: 'Cross-account pass role is not allowed.',
  })
})

shows('action-role-not-assumable', async () => {
  const { codepipeline } = clientsOf(a)
  const distrustful = await roleThat(b, 'distrustful', trust(accountOf(b)), may('*'))
  const trusting = await actionRole('trusting', may('*'))
  const as = await roleThat(a, 'powerless', service('codepipeline'), may('s3:*'))
  const refused = (from: string, to: string) => ({
    code: 'InvalidStructureException',
    status: 400,
    text: `${from} is not authorized to perform AssumeRole on role ${to}`,
  })
  const create = (to: string, variant?: Variant) =>
    refusal(codepipeline.createPipeline({ pipeline: pipeline('roles', deploy(to, to), variant) }))
  expect(await create(trusting, { as })).toEqual(refused(as, trusting))
  expect(await create(distrustful)).toEqual(refused(given.serviceRole, distrustful))
  const closed = await roleThat(a, 'closed', trust(accountOf(a)), may('*'))
  expect(await create(trusting, { as: closed })).toEqual(refused('CodePipeline', closed))
  const missing = roleArn(b, 'missing')
  expect(await create(missing)).toEqual(refused(given.serviceRole, missing))

  await codepipeline.createPipeline({ pipeline: pipeline('roles', deploy(trusting, trusting)) })
  const changed = pipeline('roles', deploy(trusting, distrustful))
  expect(await refusal(codepipeline.updatePipeline({ pipeline: changed }))).toEqual(
    refused(given.serviceRole, distrustful),
  )
})

const insufficient = (reason: string) => ({
  action: 'Deploy',
  code: 'PermissionError',
  message:
    "Insufficient permissions. The service role or action role doesn't have the permissions required to access the Amazon S3 bucket " +
    `named ${Bucket}. Update the IAM role permissions, and then try again. Error: Amazon S3:AccessDenied:${reason} (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied)`,
})

shows('artifact-not-readable', async () => {
  const poor = await actionRole('reads-nothing', may(['cloudformation:*', 'iam:*']))
  expect(await failureOf('unreadable', deploy(poor, poor))).toEqual(insufficient('Access Denied'))
  // The other half: the bucket's policy does not know the account.
  const unknown = await roleThat(c, 'reads-all', trust(accountOf(a)), may('*'))
  expect(await failureOf('unknown', deploy(unknown, unknown))).toEqual(insufficient('Access Denied'))
})

shows('artifact-under-managed-key', async () => {
  const rich = await actionRole('reads-all', may('*'))
  const { s3 } = clientsOf(a)
  const { message = '', ...failure } = await failureOf('keyless', deploy(rich, rich), { withoutKey: true })
  expect({ ...failure, message: message.replace(/reads-all\/\d+/, 'reads-all/…') }).toEqual(
    insufficient(
      `User: arn:aws:sts::${b}:assumed-role/reads-all/… is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`,
    ),
  )
  const { Contents = [] } = await s3.listObjectsV2({ Bucket, Prefix: 'keyless/' })
  expect(await s3.headObject({ Bucket, Key: Contents[0]?.Key })).toMatchObject({
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: expect.stringMatching(`^arn:aws:kms:${region}:${a}:key/`),
  })
})

shows('bucket-not-listable', async () => {
  const { accessKeyId, secretAccessKey } = place.it.operator(a)
  const codecommit = new CodeCommit({
    endpoint: place.it.endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
  })
  await codecommit.createRepository({ repositoryName: 'code' })
  const as = await roleThat(
    a,
    'lists-nothing',
    service('codepipeline'),
    may(['s3:Get*', 's3:PutObject', 'kms:*', 'codecommit:*', 'sts:*']),
  )
  const actionTypeId = type('Source', 'CodeCommit')
  const from = { ...source, actionTypeId, configuration: { RepositoryName: 'code', BranchName: 'main' } }
  expect(await failureOf('unlisted', deploy(given.serviceRole), { as, from })).toEqual({
    action: 'Source',
    code: 'PermissionError',
    message: expect.stringContaining(
      `CodePipeline service role "${as}" is getting S3 access denied for the S3 bucket "${Bucket}"`,
    ),
  })
})

shows('execution-not-describable', async () => {
  const { states } = clientsOf(b)
  const machineRole = await roleThat(b, 'machine', service('states'))
  const { stateMachineArn = '' } = await states.createStateMachine({
    name: 'workflow',
    roleArn: machineRole,
    definition: JSON.stringify({ StartAt: 'End', States: { End: { Type: 'Succeed' } } }),
  })
  const runs = await actionRole(
    'runs',
    may(['states:StartExecution', 'states:DescribeStateMachine', 'states:DescribeExecution'], stateMachineArn),
  )
  const { action, message = '' } = await failureOf('undescribed', {
    name: 'Run',
    actionTypeId: type('Invoke', 'StepFunctions'),
    configuration: { StateMachineArn: stateMachineArn },
    roleArn: runs,
  })
  expect(action).toBe('Run')
  const execution = `arn:aws:states:${region}:${b}:execution:workflow:`
  const session = `arn:aws:sts::${b}:assumed-role/runs/`
  const denied = 'is not authorized to perform: states:DescribeExecution on resource:'
  const end = 'because no identity-based policy allows the states:DescribeExecution action'
  const { executions = [] } = await states.listExecutions({ stateMachineArn })
  expect(executions.map(({ status }) => status)).toEqual(['SUCCEEDED'])
  expect(message).toMatch(
    new RegExp(
      `^User: ${session}\\d+ ${denied} ${execution}[0-9a-f-]+ ${end} \\(Service: AWSStepFunctions; Status Code: 400; Error Code: AccessDeniedException\\)$`,
    ),
  )
})

test('what is excused because it is not there is refused by its name, and what is excused as open is open', async () => {
  const { codepipeline, cloudformation } = clientsOf(a)
  const abroad = { ...deploy(given.serviceRole), region: 'eu-west-1' }
  expect(await refusal(codepipeline.createPipeline({ pipeline: pipeline('abroad', abroad) }))).toMatchObject({
    code: 'NotImplemented',
    status: 501,
  })
  expect(await refusal(cloudformation.createStackSet({ StackSetName: 'all' }))).toMatchObject({
    code: 'NotImplemented',
    status: 501,
  })
  const { accessKeyId, secretAccessKey } = place.it.operator('444444444444')
  const fresh = new CodeCommit({ endpoint: place.it.endpoint, region, credentials: { accessKeyId, secretAccessKey } })
  await fresh.createRepository({ repositoryName: 'first' })
})
