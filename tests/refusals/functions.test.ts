import type { ActionDeclaration } from '@aws-sdk/client-codepipeline'
import { afterAll, beforeAll, expect } from 'vitest'
import { a, accountOf, b, place, trust } from '../../packages/twin/src/gate/attack.fixture.ts'
import { zipOf } from '../../packages/twin/src/services/codepipeline/actions/archive.ts'
import { actionRole, failureOf, pipeline, prepare, type } from './pipeline.ts'
import { actionFailure, refusal, shows } from './refusal.ts'
import { clientsOf, may, roleThat, service, setUp, tearDown, wait } from './stage.ts'

beforeAll(async () => {
  await setUp()
  await prepare()
})
afterAll(tearDown)

/** Does with artifactCredentials what it is told to, and reports as a role of A what came of it; or is silent. */
const courier = (reporter: string) => `
const { STSClient, AssumeRoleCommand } = require('@aws-sdk/client-sts')
const { CodePipelineClient, PutJobSuccessResultCommand, PutJobFailureResultCommand } = require('@aws-sdk/client-codepipeline')
const { S3Client, GetObjectCommand } = require('@aws-sdk/client-s3')
exports.handler = async event => {
  const { id, data } = event['CodePipeline.job']
  const credentials = data.artifactCredentials
  const { bucketName, objectKey } = data.inputArtifacts[0].location.s3Location
  const wishes = {
    report: () => new CodePipelineClient({ credentials }).send(new PutJobSuccessResultCommand({ jobId: id })),
    read: () => new S3Client({ credentials, forcePathStyle: true }).send(new GetObjectCommand({ Bucket: bucketName, Key: objectKey })),
  }
  const wish = wishes[data.actionConfiguration.configuration.UserParameters]
  if (wish === undefined) return
  const message = await wish().then(() => 'it was allowed', error => error.name + ': ' + error.message)
  const { Credentials: c } = await new STSClient({}).send(new AssumeRoleCommand({ RoleArn: '${reporter}', RoleSessionName: 'report' }))
  const own = { accessKeyId: c.AccessKeyId, secretAccessKey: c.SecretAccessKey, sessionToken: c.SessionToken }
  const failureDetails = { type: 'JobFailed', message }
  await new CodePipelineClient({ credentials: own }).send(new PutJobFailureResultCommand({ jobId: id, failureDetails }))
}`

let invoked: Promise<string> | undefined

/** The role of actions that invoke the courier, which is made once; it reads no bucket. */
const invoker = () => {
  invoked ??= (async () => {
    const reporter = await roleThat(a, 'reporter', trust(accountOf(b)), may('codepipeline:PutJobFailureResult'))
    const Role = await roleThat(b, 'courier', service('lambda'), may('sts:AssumeRole', reporter), may('logs:*'))
    const ZipFile = zipOf({ 'index.js': Buffer.from(courier(reporter)) })
    const Code = { ZipFile }
    const settings = { Runtime: 'nodejs22.x' as const, Handler: 'index.handler', Timeout: 30 }
    await clientsOf(b).lambda.createFunction({ FunctionName: 'courier', Role, Code, ...settings })
    return actionRole('invoker', may(['lambda:InvokeFunction', 'lambda:ListFunctions']))
  })()
  return invoked
}

const invoke = async (UserParameters: string): Promise<ActionDeclaration> => ({
  name: 'Invoke',
  actionTypeId: type('Invoke', 'Lambda'),
  configuration: { FunctionName: 'courier', UserParameters },
  inputArtifacts: [{ name: 'code' }],
  roleArn: await invoker(),
})

shows('result-with-artifact-credentials', async () => {
  expect(await failureOf('reporting', await invoke('report'))).toEqual({
    action: 'Invoke',
    code: 'JobFailed',
    message: expect.stringMatching(
      new RegExp(
        `^AccessDeniedException: User: arn:aws:sts::${b}:assumed-role/invoker/\\d+ is not authorized to perform: codepipeline:PutJobSuccessResult because no identity-based policy allows the codepipeline:PutJobSuccessResult action$`,
      ),
    ),
  })
})

shows('input-not-readable-in-function', async () => {
  expect(await failureOf('reading', await invoke('read'))).toEqual({
    action: 'Invoke',
    code: 'JobFailed',
    message: 'AccessDenied: Access Denied',
  })
})

shows('no-result', async () => {
  const { codepipeline } = clientsOf(a)
  await codepipeline.createPipeline({ pipeline: pipeline('silent', await invoke('nothing')) })
  const waiting = async () =>
    (await codepipeline.getPipelineState({ name: 'silent' })).stageStates?.[1]?.actionStates?.[0]?.latestExecution
  await expect.poll(async () => (await waiting())?.externalExecutionId, { timeout: 20_000, interval: 20 }).toBeDefined()
  await place.it.settled()
  expect(await waiting()).toMatchObject({ status: 'InProgress' })
  wait(21)
  expect(await actionFailure(clientsOf(a), 'silent')).toEqual({
    action: 'Invoke',
    code: 'JobFailed',
    message:
      'The AWS Lambda function courier failed to return a result. Check the function to verify that it has permission to call the ' +
      'PutJobSuccessResult action and that it made a call to PutJobSuccessResult.',
  })
})

shows('endpoint-outlives-function', async () => {
  const { lambda } = clientsOf(b)
  const Role = await roleThat(b, 'patient', service('lambda'), may('logs:*'))
  const code = 'exports.handler = () => new Promise(resolve => setTimeout(resolve, 60_000))'
  const settings = { Role, Runtime: 'nodejs22.x' as const, Handler: 'index.handler' }
  const make = (FunctionName: string, Timeout: number) =>
    lambda.createFunction({
      FunctionName,
      Code: { ZipFile: zipOf({ 'index.js': Buffer.from(code) }) },
      Timeout,
      ...settings,
    })
  expect(await refusal(make('endless', 901))).toEqual({
    code: 'ValidationException',
    status: 400,
    text: "1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
  })
  await make('patient', 1)
  const { FunctionError, Payload } = await lambda.invoke({ FunctionName: 'patient' })
  expect(FunctionError).toBe('Unhandled')
  expect(Buffer.from(Payload ?? []).toString()).toContain('Task timed out after 1.00 seconds')
})
