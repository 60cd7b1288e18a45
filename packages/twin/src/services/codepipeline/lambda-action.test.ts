import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CodePipeline } from '@aws-sdk/client-codepipeline'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { S3 } from '@aws-sdk/client-s3'
import { zipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Twin, twin } from '../../twin.ts'

const [a, c, region] = ['111111111111', '333333333333', 'us-east-1']
const state = mkdtempSync(join(tmpdir(), 'twin-lambda-action-'))
let it: Twin

const config = (account = a) => {
  const { accessKeyId, secretAccessKey } = it.operator(account)
  return { endpoint: it.endpoint, region, credentials: { accessKeyId, secretAccessKey } }
}
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const allow = (Action: string | string[], Resource = '*') => ({ Effect: 'Allow', Action, Resource })
const role = async (account: string, RoleName: string, Principal: object, ...statements: object[]) => {
  const iam = new IAM(config(account))
  const AssumeRolePolicyDocument = policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' })
  await iam.createRole({ RoleName, AssumeRolePolicyDocument })
  await iam.putRolePolicy({ RoleName, PolicyName: 'p', PolicyDocument: policy(...statements) })
  return `arn:aws:iam::${account}:role/${RoleName}`
}

/** Reports as a role of the pipeline's account: in progress twice, then what it was told to. */
const code = (reporter: string) => `
const { STSClient, AssumeRoleCommand } = require('@aws-sdk/client-sts')
const { CodePipelineClient, PutJobSuccessResultCommand, PutJobFailureResultCommand } = require('@aws-sdk/client-codepipeline')
exports.handler = async event => {
  const { id, data } = event['CodePipeline.job']
  const { Credentials: c } = await new STSClient({}).send(new AssumeRoleCommand({ RoleArn: '${reporter}', RoleSessionName: 'report' }))
  const credentials = { accessKeyId: c.AccessKeyId, secretAccessKey: c.SecretAccessKey, sessionToken: c.SessionToken }
  const client = new CodePipelineClient({ credentials })
  const turn = Number(data.continuationToken ?? 0)
  if (turn < 2) return client.send(new PutJobSuccessResultCommand({ jobId: id, continuationToken: String(turn + 1) }))
  const { UserParameters: wish } = data.actionConfiguration.configuration
  if (wish === 'fail') {
    return client.send(new PutJobFailureResultCommand({ jobId: id, failureDetails: { type: 'JobFailed', message: 'as told' } }))
  }
  await client.send(new PutJobSuccessResultCommand({ jobId: id, outputVariables: { turns: String(turn), holder: data.artifactCredentials.accessKeyId } }))
}`

let pipeline: (name: string, wish: string) => Parameters<CodePipeline['createPipeline']>[0]

beforeAll(async () => {
  it = await twin({ state, log: message => console.error(message) })
  const reporter = `arn:aws:iam::${a}:role/reporter`
  await role(
    a,
    'reporter',
    { AWS: `arn:aws:iam::${c}:root` },
    allow(['codepipeline:PutJobSuccessResult', 'codepipeline:PutJobFailureResult']),
  )
  const worker = await role(
    c,
    'worker',
    { Service: 'lambda.amazonaws.com' },
    allow('sts:AssumeRole', reporter),
    allow('logs:*'),
  )
  await new Lambda(config(c)).createFunction({
    FunctionName: 'deploy',
    Role: worker,
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Code: { ZipFile: zipSync({ 'index.js': Buffer.from(code(reporter)) }) },
  })
  const invoke = await role(
    c,
    'invoke',
    { AWS: `arn:aws:iam::${a}:root` },
    allow(['lambda:InvokeFunction', 'lambda:ListFunctions']),
  )
  const s3 = new S3(config())
  await s3.createBucket({ Bucket: 'lambda-line' })
  await s3.putBucketVersioning({ Bucket: 'lambda-line', VersioningConfiguration: { Status: 'Enabled' } })
  await s3.putObject({ Bucket: 'lambda-line', Key: 'source.zip', Body: zipSync({ 'a.txt': Buffer.from('a') }) })
  const service = await role(
    a,
    'service',
    { Service: 'codepipeline.amazonaws.com' },
    allow('s3:*'),
    allow('kms:*'),
    allow('sts:AssumeRole', invoke),
  )
  pipeline = (name, wish) => ({
    pipeline: {
      name,
      roleArn: service,
      artifactStore: { type: 'S3', location: 'lambda-line' },
      stages: [
        {
          name: 'Source',
          actions: [
            {
              name: 'Source',
              actionTypeId: { category: 'Source', owner: 'AWS', provider: 'S3', version: '1' },
              configuration: { S3Bucket: 'lambda-line', S3ObjectKey: 'source.zip', PollForSourceChanges: 'false' },
              outputArtifacts: [{ name: 'code' }],
            },
          ],
        },
        {
          name: 'Deploy',
          actions: [
            {
              name: 'Deploy',
              actionTypeId: { category: 'Invoke', owner: 'AWS', provider: 'Lambda', version: '1' },
              configuration: { FunctionName: 'deploy', UserParameters: wish },
              inputArtifacts: [{ name: 'code' }],
              roleArn: invoke,
            },
          ],
        },
      ],
    },
  })
})
afterAll(async () => {
  await it.close()
  rmSync(state, { recursive: true })
})

async function run(name: string, wish: string) {
  const codepipeline = new CodePipeline(config())
  await codepipeline.createPipeline(pipeline(name, wish))
  const newest = async () =>
    (await codepipeline.listPipelineExecutions({ pipelineName: name })).pipelineExecutionSummaries?.[0]
  await expect.poll(async () => (await newest())?.status, { timeout: 25_000 }).not.toBe('InProgress')
  const { actionExecutionDetails } = await codepipeline.listActionExecutions({ pipelineName: name })
  return { status: (await newest())?.status, action: actionExecutionDetails?.[0] }
}

test('a function of another account continues twice and succeeds with variables', async () => {
  const { status, action } = await run('succeeding', 'succeed')
  expect(action?.output?.executionResult?.errorDetails?.message).toBeUndefined()
  expect(status).toBe('Succeeded')
  expect(action?.output?.outputVariables).toMatchObject({ turns: '2', holder: expect.stringMatching(/^ASIA/) })
  const reports = [...it.audit()].filter(entry => entry.operation === 'PutJobSuccessResult')
  expect(reports.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok'])
  expect(reports[0]?.cause.some(({ name }) => name === 'Deploy/Deploy')).toBe(true)
}, 30_000)

test('what a function reports as a failure is the failure of its action', async () => {
  const { status, action } = await run('failing', 'fail')
  expect(status).toBe('Failed')
  expect(action?.output?.executionResult?.errorDetails).toEqual({ code: 'JobFailed', message: 'as told' })
}, 30_000)
