import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CodeCommit } from '@aws-sdk/client-codecommit'
import { CodePipeline, type PipelineDeclaration } from '@aws-sdk/client-codepipeline'
import { EventBridge } from '@aws-sdk/client-eventbridge'
import { IAM } from '@aws-sdk/client-iam'
import { KMS } from '@aws-sdk/client-kms'
import { S3 } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Twin, twin } from '../../twin.ts'

const [a, b, region] = ['111111111111', '222222222222', 'us-east-1']
const state = mkdtempSync(join(tmpdir(), 'twin-codepipeline-'))
let it: Twin

const config = (account = a) => {
  const { accessKeyId, secretAccessKey } = it.operator(account)
  return { endpoint: it.endpoint, region, credentials: { accessKeyId, secretAccessKey } }
}
const pipelines = () => new CodePipeline(config())
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const allow = (Action: string | string[], Resource: string | string[] = '*') => ({ Effect: 'Allow', Action, Resource })
const trust = (Principal: object) => policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' })
const role = async (account: string, RoleName: string, principal: object, ...statements: object[]) => {
  const iam = new IAM(config(account))
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: trust(principal) })
  await iam.putRolePolicy({ RoleName, PolicyName: 'p', PolicyDocument: policy(...statements) })
  return `arn:aws:iam::${account}:role/${RoleName}`
}

const template = (result: string) =>
  JSON.stringify({
    Parameters: { Role: { Type: 'String' } },
    Resources: {
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          StateMachineName: 'work',
          RoleArn: { Ref: 'Role' },
          DefinitionString: JSON.stringify({
            StartAt: 'Done',
            States: { Done: { Type: 'Pass', Result: result, End: true } },
          }),
        },
      },
    },
    Outputs: { MachineArn: { Value: { Ref: 'Machine' } } },
  })

let declaration: PipelineDeclaration
let tip: string | undefined

async function commit(text: string): Promise<void> {
  const { commitId } = await new CodeCommit(config()).createCommit({
    repositoryName: 'line',
    branchName: 'main',
    ...(tip === undefined ? {} : { parentCommitId: tip }),
    putFiles: [{ filePath: 'infra/stack.json', fileContent: Buffer.from(text) }],
  })
  tip = commitId
}

beforeAll(async () => {
  it = await twin({ state, log: message => console.error(message) })
  const key = await new KMS(config()).createKey({
    Policy: policy(
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${a}:root` }, Action: 'kms:*', Resource: '*' },
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${b}:root` }, Action: 'kms:Decrypt', Resource: '*' },
    ),
  })
  const keyArn = key.KeyMetadata?.Arn ?? ''
  const s3 = new S3(config())
  await s3.createBucket({ Bucket: 'artifacts' })
  const Principal = { AWS: `arn:aws:iam::${b}:root` }
  const share = { ...allow('s3:GetObject', 'arn:aws:s3:::artifacts/*'), Principal }
  await s3.putBucketPolicy({ Bucket: 'artifacts', Policy: policy(share) })
  await new CodeCommit(config()).createRepository({ repositoryName: 'line' })

  const fromA = { AWS: `arn:aws:iam::${a}:root` }
  const machine = `arn:aws:states:${region}:${b}:stateMachine:work`
  const workflow = await role(b, 'workflow', { Service: 'states.amazonaws.com' }, allow('none:None'))
  const stack = await role(
    b,
    'stack',
    { Service: 'cloudformation.amazonaws.com' },
    allow('states:*'),
    allow('iam:PassRole'),
  )
  const deploy = await role(
    b,
    'deploy',
    fromA,
    allow('s3:GetObject', 'arn:aws:s3:::artifacts/*'),
    allow('kms:Decrypt', keyArn),
    allow(['cloudformation:DescribeStacks', 'cloudformation:CreateStack', 'cloudformation:UpdateStack']),
    allow('iam:PassRole', stack),
  )
  const run = await role(
    b,
    'run',
    fromA,
    allow(['states:DescribeStateMachine', 'states:StartExecution'], machine),
    allow('states:DescribeExecution', `arn:aws:states:${region}:${b}:execution:work:*`),
  )
  const service = await role(
    a,
    'service',
    { Service: 'codepipeline.amazonaws.com' },
    allow('codecommit:*'),
    allow(['s3:ListBucket', 's3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetBucketVersioning', 's3:PutObject']),
    allow('kms:GenerateDataKey', keyArn),
    allow('sts:AssumeRole', [deploy, run]),
  )
  const action = (category: string, provider: string, name: string, configuration: Record<string, string>) => ({
    name,
    actionTypeId: { category: category as 'Deploy', owner: 'AWS' as const, provider, version: '1' },
    configuration,
  })
  declaration = {
    name: 'line',
    pipelineType: 'V2',
    roleArn: service,
    artifactStore: { type: 'S3', location: 'artifacts', encryptionKey: { id: keyArn, type: 'KMS' } },
    stages: [
      {
        name: 'Source',
        actions: [
          {
            ...action('Source', 'CodeCommit', 'Source', { RepositoryName: 'line', BranchName: 'main' }),
            outputArtifacts: [{ name: 'code' }],
            namespace: 'source',
          },
        ],
      },
      {
        name: 'Work',
        actions: [
          {
            ...action('Deploy', 'CloudFormation', 'Deploy', {
              ActionMode: 'CREATE_UPDATE',
              StackName: 'work',
              RoleArn: stack,
              TemplatePath: 'code::infra/stack.json',
              ParameterOverrides: JSON.stringify({ Role: workflow }),
            }),
            inputArtifacts: [{ name: 'code' }],
            namespace: 'stack',
            roleArn: deploy,
            runOrder: 1,
          },
          {
            ...action('Invoke', 'StepFunctions', 'Run', {
              StateMachineArn: '#{stack.MachineArn}',
              ExecutionNamePrefix: 'line',
              Input: '{"commit":"#{source.CommitId}"}',
            }),
            namespace: 'run',
            roleArn: run,
            runOrder: 2,
          },
        ],
      },
      { name: 'Approve', actions: [action('Approval', 'Manual', 'Approve', { CustomData: '#{run.ExecutionArn}' })] },
    ],
  }
})
afterAll(async () => {
  await it.close()
  rmSync(state, { recursive: true })
})

const status = async (id: string | undefined) =>
  (await pipelines().getPipelineExecution({ pipelineName: 'line', pipelineExecutionId: id })).pipelineExecution?.status
const actions = async (id: string | undefined) =>
  (await pipelines().listActionExecutions({ pipelineName: 'line', filter: { pipelineExecutionId: id } }))
    .actionExecutionDetails ?? []
const approval = async () => {
  const { stageStates } = await pipelines().getPipelineState({ name: 'line' })
  return stageStates?.at(-1)?.actionStates?.[0]?.latestExecution
}
const answer = async (status: 'Approved' | 'Rejected', given?: string) => {
  const token = given ?? (await approval())?.token
  const named = { pipelineName: 'line', stageName: 'Approve', actionName: 'Approve' }
  await pipelines().putApprovalResult({ ...named, token, result: { status, summary: 'seen' } })
  return token
}

test('a role that cannot be assumed is told when the pipeline is created', async () => {
  const [first, work, ...rest] = declaration.stages ?? []
  const roleArn = `arn:aws:iam::${b}:role/workflow`
  const broken = {
    ...declaration,
    stages: [first!, { ...work!, actions: work!.actions!.map(each => ({ ...each, roleArn })) }, ...rest],
  }
  await expect(pipelines().createPipeline({ pipeline: broken })).rejects.toMatchObject({
    name: 'InvalidStructureException',
    message: `${declaration.roleArn} is not authorized to perform AssumeRole on role ${roleArn}`,
  })
})

test('creating starts an execution that fails while the repository is empty', async () => {
  await pipelines().createPipeline({ pipeline: declaration })
  const { pipelineExecutionSummaries: [only] = [] } = await pipelines().listPipelineExecutions({ pipelineName: 'line' })
  expect(only?.trigger?.triggerType).toBe('CreatePipeline')
  await expect.poll(() => status(only?.pipelineExecutionId)).toBe('Failed')
  const [source] = await actions(only?.pipelineExecutionId)
  expect(source?.output?.executionResult?.errorDetails?.message).toContain(
    'no branch named main was found in the selected AWS CodeCommit repository line',
  )
})

test('a commit runs the line by the rule, over two accounts, to the approval', async () => {
  const starter = await role(
    a,
    'starter',
    { Service: 'events.amazonaws.com' },
    allow('codepipeline:StartPipelineExecution'),
  )
  const events = new EventBridge(config())
  const EventPattern = JSON.stringify({ source: ['aws.codecommit'], detail: { referenceName: ['main'] } })
  await events.putRule({ Name: 'commit', EventPattern })
  const Arn = `arn:aws:codepipeline:${region}:${a}:line`
  await events.putTargets({ Rule: 'commit', Targets: [{ Id: 'line', Arn, RoleArn: starter }] })
  await commit(template('one'))
  await expect.poll(async () => (await approval())?.token, { timeout: 20_000 }).toBeDefined()
  const { pipelineExecutionSummaries: [newest] = [] } = await pipelines().listPipelineExecutions({
    pipelineName: 'line',
  })
  expect(newest?.trigger).toEqual({
    triggerType: 'CloudWatchEvent',
    triggerDetail: `arn:aws:events:${region}:${a}:rule/commit`,
  })
  const [approve, run] = await actions(newest?.pipelineExecutionId)
  const execution = `arn:aws:states:${region}:${b}:execution:work:line-${run?.actionExecutionId}`
  expect(approve?.input?.resolvedConfiguration).toEqual({ CustomData: execution })
  const start = [...it.audit()].find(entry => entry.operation === 'StartExecution')
  expect(start?.cause.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'request codecommit:CreateCommit',
    'push line main',
    'event commit',
    'execution line',
    'action Work/Run',
  ])
  await answer('Approved')
  await expect.poll(() => status(newest?.pipelineExecutionId)).toBe('Succeeded')
}, 30_000)

test('the second commit updates the stack, the third waits, the fourth supersedes it, and a rejection fails', async () => {
  await commit(template('two'))
  await expect.poll(async () => (await approval())?.token, { timeout: 20_000 }).toBeDefined()
  expect([...it.audit()].some(entry => entry.operation === 'UpdateStack' && entry.outcome === 'ok')).toBe(true)
  const inbound = async () => {
    const { stageStates } = await pipelines().getPipelineState({ name: 'line' })
    return stageStates?.at(-1)?.inboundExecution?.pipelineExecutionId
  }
  await pipelines().startPipelineExecution({ name: 'line' })
  await expect.poll(inbound, { timeout: 20_000 }).toBeDefined()
  const third = await inbound()
  const { pipelineExecutionId: fourth } = await pipelines().startPipelineExecution({ name: 'line' })
  await expect.poll(inbound, { timeout: 20_000 }).toBe(fourth)
  expect(await status(third)).toBe('Superseded')
  // Nothing changed since: "No updates are to be performed" is success.
  expect((await actions(fourth)).map(({ status }) => status)).toEqual(['Succeeded', 'Succeeded', 'Succeeded'])
  await answer('Approved')
  await expect.poll(async () => (await approval())?.token).toBeDefined()
  const token = await answer('Rejected')
  await expect.poll(() => status(fourth)).toBe('Failed')
  await expect(answer('Approved', token)).rejects.toMatchObject({ name: 'ApprovalAlreadyCompletedException' })
}, 60_000)

test('a failed stage is retried after its cause is removed; a stopped execution stops', async () => {
  const iam = new IAM(config(b))
  const { PolicyDocument = '' } = await iam.getRolePolicy({ RoleName: 'run', PolicyName: 'p' })
  await iam.putRolePolicy({
    RoleName: 'run',
    PolicyName: 'p',
    PolicyDocument: policy(allow('states:DescribeStateMachine')),
  })
  const { pipelineExecutionId: id } = await pipelines().startPipelineExecution({ name: 'line' })
  await expect.poll(() => status(id), { timeout: 20_000 }).toBe('Failed')
  const [run] = await actions(id)
  expect(run?.output?.executionResult?.errorDetails).toMatchObject({
    code: 'PermissionError',
    message: expect.stringMatching(/assumed-role\/run\/\d+ is not authorized to perform: states:StartExecution/),
  })
  await iam.putRolePolicy({ RoleName: 'run', PolicyName: 'p', PolicyDocument: decodeURIComponent(PolicyDocument) })
  const again = {
    pipelineName: 'line',
    stageName: 'Work',
    pipelineExecutionId: id,
    retryMode: 'FAILED_ACTIONS',
  } as const
  await pipelines().retryStageExecution(again)
  await expect.poll(async () => (await approval())?.token, { timeout: 20_000 }).toBeDefined()
  expect((await actions(id)).filter(({ actionName }) => actionName === 'Deploy').length).toBe(1)
  await pipelines().stopPipelineExecution({ pipelineName: 'line', pipelineExecutionId: id, abandon: true })
  expect(await status(id)).toBe('Stopped')
  expect((await approval())?.status).toBe('Abandoned')
}, 60_000)
