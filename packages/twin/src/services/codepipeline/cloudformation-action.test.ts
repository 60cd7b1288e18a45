import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { type ActionDeclaration, CodePipeline } from '@aws-sdk/client-codepipeline'
import { IAM } from '@aws-sdk/client-iam'
import { S3 } from '@aws-sdk/client-s3'
import { strFromU8, unzipSync, zipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Twin, twin } from '../../twin.ts'

const [a, region] = ['111111111111', 'us-east-1']
const state = mkdtempSync(join(tmpdir(), 'twin-cloudformation-action-'))
let it: Twin
let service: string

const config = () => {
  const { accessKeyId, secretAccessKey } = it.operator(a)
  return { endpoint: it.endpoint, region, credentials: { accessKeyId, secretAccessKey } }
}
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const role = async (RoleName: string, Service: string) => {
  const iam = new IAM(config())
  const trust = { Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: policy(trust) })
  const all = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
  await iam.putRolePolicy({ RoleName, PolicyName: 'p', PolicyDocument: all })
  return `arn:aws:iam::${a}:role/${RoleName}`
}

const template = {
  Parameters: { Name: { Type: 'String' }, Text: { Type: 'String' } },
  Resources: { Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: { Ref: 'Name' } } } },
  Outputs: { Said: { Value: { Ref: 'Text' } } },
}
const files = {
  'stack.json': template,
  'settings.json': { Parameters: { Name: 'overridden', Text: 'kept' }, Tags: { team: 'ml' } },
  'names.json': { group: '/made/by/pipeline' },
}

beforeAll(async () => {
  it = await twin({ state, log: message => console.error(message) })
  service = await role('service', 'codepipeline.amazonaws.com')
  const s3 = new S3(config())
  await s3.createBucket({ Bucket: 'stack-line' })
  await s3.putBucketVersioning({ Bucket: 'stack-line', VersioningConfiguration: { Status: 'Enabled' } })
  const Body = zipSync(
    Object.fromEntries(Object.entries(files).map(([name, file]) => [name, Buffer.from(JSON.stringify(file))])),
  )
  await s3.putObject({ Bucket: 'stack-line', Key: 'source.zip', Body })
})
afterAll(async () => {
  await it.close()
  rmSync(state, { recursive: true })
})

async function run(name: string, ...actions: ActionDeclaration[]) {
  const source = {
    name: 'Source',
    actionTypeId: { category: 'Source', owner: 'AWS', provider: 'S3', version: '1' },
    configuration: { S3Bucket: 'stack-line', S3ObjectKey: 'source.zip' },
    outputArtifacts: [{ name: 'code' }],
  } as const
  const stages = [
    { name: 'Source', actions: [{ ...source, outputArtifacts: [{ name: 'code' }] }] },
    { name: 'Stack', actions },
  ]
  const codepipeline = new CodePipeline(config())
  const artifactStore = { type: 'S3', location: 'stack-line' } as const
  await codepipeline.createPipeline({ pipeline: { name, roleArn: service, artifactStore, stages } })
  const status = async () =>
    (await codepipeline.listPipelineExecutions({ pipelineName: name })).pipelineExecutionSummaries?.[0]?.status
  await expect.poll(status, { timeout: 20_000 }).not.toBe('InProgress')
  const { actionExecutionDetails: done = [] } = await codepipeline.listActionExecutions({ pipelineName: name })
  return done.map(({ status, output }) => ({ status, output }))
}

const stack = (
  ActionMode: string,
  runOrder: number,
  configuration: Record<string, string> = {},
): ActionDeclaration => ({
  name: ActionMode,
  actionTypeId: { category: 'Deploy', owner: 'AWS', provider: 'CloudFormation', version: '1' },
  configuration: { ActionMode, StackName: 'made', ...configuration },
  inputArtifacts: [{ name: 'code' }],
  runOrder,
})

test('a change set is made from files of the artifact, executed, its outputs are handed on, and the stack deleted', async () => {
  const inputs = {
    ChangeSetName: 'change',
    TemplatePath: 'code::stack.json',
    TemplateConfiguration: 'code::settings.json',
    ParameterOverrides: JSON.stringify({ Name: { 'Fn::GetParam': ['code', 'names.json', 'group'] } }),
    RoleArn: await role('stack', 'cloudformation.amazonaws.com'),
  }
  const execute = stack('CHANGE_SET_EXECUTE', 2, { ChangeSetName: 'change', OutputFileName: 'outputs.json' })
  const [executed, made] = await run('changes', stack('CHANGE_SET_REPLACE', 1, inputs), {
    ...execute,
    outputArtifacts: [{ name: 'outputs' }],
    namespace: 'made',
  })
  expect([made?.status, executed?.status]).toEqual(['Succeeded', 'Succeeded'])
  expect(executed?.output?.outputVariables).toEqual({ Said: 'kept' })
  const { Stacks } = await new CloudFormation(config()).describeStacks({ StackName: 'made' })
  expect(Stacks?.[0]?.Parameters).toContainEqual({ ParameterKey: 'Name', ParameterValue: '/made/by/pipeline' })
  expect(Stacks?.[0]?.Tags).toEqual([{ Key: 'team', Value: 'ml' }])
  const { bucket: Bucket, key: Key } = executed?.output?.outputArtifacts?.[0]?.s3location ?? {}
  const { Body } = await new S3(config()).getObject({ Bucket, Key })
  const zip = unzipSync((await Body?.transformToByteArray()) ?? new Uint8Array())
  expect(JSON.parse(strFromU8(zip['outputs.json'] ?? new Uint8Array()))).toEqual({ Said: 'kept' })

  const [deleted] = await run('deletes', stack('DELETE_ONLY', 1))
  expect(deleted?.status).toBe('Succeeded')
  await expect(new CloudFormation(config()).describeStacks({ StackName: 'made' })).rejects.toThrow('does not exist')
}, 60_000)

test('REPLACE_ON_FAILURE deletes what a failed creation left and creates anew; CREATE_UPDATE is refused', async () => {
  const formation = new CloudFormation(config())
  const wreck = async () => {
    const { Stacks } = await formation.describeStacks({ StackName: 'wreck' }).catch(() => ({ Stacks: undefined }))
    return Stacks?.[0]
  }
  const taken = { LogGroupName: '/taken' }
  const Group = (Properties: object) => ({ Type: 'AWS::Logs::LogGroup', Properties })
  const TemplateBody = JSON.stringify({ Resources: { One: Group(taken), Two: { ...Group(taken), DependsOn: 'One' } } })
  const { StackId } = await formation.createStack({ StackName: 'wreck', TemplateBody })
  await expect.poll(async () => (await wreck())?.StackStatus, { timeout: 20_000 }).toBe('ROLLBACK_COMPLETE')

  const inputs = { StackName: 'wreck', TemplatePath: 'code::stack.json', TemplateConfiguration: 'code::settings.json' }
  const [refused] = await run('updates', stack('CREATE_UPDATE', 1, inputs))
  expect(refused?.output?.executionResult?.errorDetails?.message).toContain(
    'ROLLBACK_COMPLETE state and can not be updated',
  )
  expect((await wreck())?.StackId).toBe(StackId)

  const [replaced, updated] = [
    await run('replaces', stack('REPLACE_ON_FAILURE', 1, inputs)),
    await run('replaces-nothing', stack('REPLACE_ON_FAILURE', 1, { ...inputs, ParameterOverrides: '{"Text":"new"}' })),
  ].map(([action]) => action)
  expect([replaced?.status, updated?.status]).toEqual(['Succeeded', 'Succeeded'])
  expect((await formation.describeStacks({ StackName: StackId })).Stacks?.[0]?.StackStatus).toBe('DELETE_COMPLETE')
  const now = await wreck()
  expect(now?.StackStatus).toBe('UPDATE_COMPLETE')
  expect([replaced, updated].map(action => action?.output?.executionResult?.externalExecutionId)).toEqual([
    now?.StackId,
    now?.StackId,
  ])
}, 60_000)

test('a file that is not there, and a role of another account, fail the action with the reason', async () => {
  const inputs = { TemplatePath: 'code::missing.json', ParameterOverrides: '{}' }
  const [missing] = await run('missing', stack('CREATE_UPDATE', 1, inputs))
  const [foreign] = await run(
    'foreign',
    stack('CREATE_UPDATE', 1, { ...inputs, RoleArn: 'arn:aws:iam::222222222222:role/x' }),
  )
  expect([missing, foreign].map(action => action?.output?.executionResult?.errorDetails?.message)).toEqual([
    'File [missing.json] does not exist in artifact [code]',
    'Cross-account pass role is not allowed (Service: AmazonCloudFormation; Status Code: 403; Error Code: AccessDenied)',
  ])
}, 60_000)
