import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { DeleteRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import * as api from '@aws-sdk/client-lambda'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { account, type Line, region, roleArn, startLine, zip } from './lambda.fixture.ts'

let line: Line
beforeAll(async () => {
  line = await startLine()
  const writes = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']
  await line.role('writer', [{ Effect: 'Allow', Action: writes, Resource: '*' }])
  await line.role('silent', [])
  await line.role('theirs', [], { Service: 'states.amazonaws.com' })
})
afterAll(() => line.close())

const arn = (name: string) => `arn:aws:lambda:${region}:${account}:function:${name}`
const identity = `
  const { GetCallerIdentityCommand, STSClient } = require('@aws-sdk/client-sts')
  let calls = 0
  exports.handler = async event => {
    console.log('called with', event)
    const { Arn } = await new STSClient({}).send(new GetCallerIdentityCommand({}))
    return { Arn, calls: ++calls, region: process.env.AWS_REGION, name: process.env.AWS_LAMBDA_FUNCTION_NAME, own: process.env.OWN }
  }`

test('a function calls the twin as its role, its calls continue its cause, its log is there with the answer', async () => {
  await line.make('who', identity, 'writer', { Environment: { Variables: { OWN: 'yes' } }, Tags: { team: 'ml' } })
  const session = `arn:aws:sts::${account}:assumed-role/writer/who`
  const expected = { Arn: session, region, name: 'who', own: 'yes' }
  expect((await line.call('who', { a: 1 })).answer).toEqual({ ...expected, calls: 1 })
  expect((await line.call(arn('who'))).answer).toEqual({ ...expected, calls: 2 })
  const own = [...line.it.audit()].filter(entry => entry.role === roleArn('writer'))
  const count = (name: string) => own.filter(({ operation }) => operation === name).length
  expect(['GetCallerIdentity', 'CreateLogGroup', 'CreateLogStream'].map(count)).toEqual([2, 1, 2])
  for (const { cause } of own) expect(cause).toContainEqual({ kind: 'function', id: arn('who'), name: 'who' })
  const logs = new CloudWatchLogsClient(line.config())
  const { events = [] } = await logs.send(
    new FilterLogEventsCommand({ logGroupName: '/aws/lambda/who', filterPattern: '"called with"' }),
  )
  expect(events.map(({ message }) => message?.split('\t')[3])).toEqual(['called with { a: 1 }', 'called with {}'])
  expect(events[0]?.logStreamName).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][\da-f]{32}$/)
})

test('a warm process works for one cause after the other, and so do the sessions that it has kept', async () => {
  const kept = `
    const { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } = require('@aws-sdk/client-sts')
    let client
    let calls = 0
    exports.handler = async () => {
      client ??= new STSClient({}).send(new AssumeRoleCommand({ RoleArn: '${roleArn('further')}', RoleSessionName: 'kept' })).then(
        ({ Credentials: c }) =>
          new STSClient({ credentials: { accessKeyId: c.AccessKeyId, secretAccessKey: c.SecretAccessKey, sessionToken: c.SessionToken } }))
      const { Arn } = await (await client).send(new GetCallerIdentityCommand({}))
      console.log('as', Arn)
      return ++calls
    }`
  const outer = `const { InvokeCommand, LambdaClient } = require('@aws-sdk/client-lambda')
    exports.handler = async () => {
      const { Payload } = await new LambdaClient({}).send(new InvokeCommand({ FunctionName: 'keeps' }))
      return JSON.parse(Payload.transformToString())
    }`
  const writes = { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' }
  await line.role('keeper', [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArn('further') }, writes])
  await line.role('further', [], { AWS: roleArn('keeper') })
  await line.role('caller', [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: arn('keeps') }])
  await line.make('keeps', kept, 'keeper')
  await line.make('outer', outer, 'caller')
  const makeGroup = new CreateLogGroupCommand({ logGroupName: '/aws/lambda/keeps' })
  await new CloudWatchLogsClient(line.config()).send(makeGroup)
  expect([await line.call('keeps'), await line.call('outer'), await line.call('keeps')]).toEqual(
    [1, 2, 3].map(answer => ({ answer })),
  )
  const causes = (operation: string, role: string) =>
    [...line.it.audit()]
      .filter(entry => entry.operation === operation && entry.role === roleArn(role))
      .map(({ cause }) => cause.flatMap(({ kind, name }) => (kind === 'function' ? name : [])))
  expect(causes('GetCallerIdentity', 'further')).toEqual([['keeps'], ['outer', 'keeps'], ['keeps']])
  // How many calls the lines of one invocation take is a matter of time.
  expect(new Set(causes('PutLogEvents', 'keeper').map(String))).toEqual(new Set(['keeps', 'outer,keeps']))
})

test('a role that was made anew is assumed anew', async () => {
  const iam = new IAMClient(line.config())
  await line.role('short-lived', [])
  await line.make('follows', identity, 'short-lived')
  expect((await line.call('follows')).answer).toMatchObject({ calls: 1 })
  await iam.send(new DeleteRoleCommand({ RoleName: 'short-lived' }))
  await line.role('short-lived', [])
  expect((await line.call('follows')).answer).toMatchObject({ calls: 1 })
  expect((await line.call('follows')).answer).toMatchObject({ calls: 2 })
})

test('a log that may not be written is lost, and the function runs all the same', async () => {
  await line.make('quiet', `exports.handler = async () => console.log('nobody hears')`, 'silent')
  expect(await line.call('quiet')).toEqual({ answer: null })
  expect(line.messages.join()).toContain('logs of /aws/lambda/quiet are lost')
})

test('who may make a function, of what, and with which role', async () => {
  const make = (more: object) => line.make('refused', 'exports.handler = async () => 1', 'silent', more)
  await expect(make({ Role: roleArn('theirs') })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: 'The role defined for the function cannot be assumed by Lambda.',
  })
  await expect(make({ Runtime: 'python3.6' })).rejects.toThrow(
    'The runtime parameter of python3.6 is no longer supported for creating or updating AWS Lambda functions.',
  )
  await expect(make({ Runtime: 'python3.13' })).rejects.toMatchObject({ name: 'NotImplemented' })
  await expect(make({ Layers: ['x'] })).rejects.toThrow('lambda:CreateFunction.Layers')
  await expect(make({ Code: { ZipFile: Buffer.from('no zip') } })).rejects.toThrow('Could not unzip uploaded file')
  await expect(make({ Code: { ZipFile: zip({ '../out.js': '' }) } })).rejects.toThrow('outside its folder')
  await expect(make({ Environment: { Variables: { AWS_REGION: 'x' } } })).rejects.toThrow('reserved keys')
  await expect(line.call('refused')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
})

test('code in S3 is read with the rights of the caller', async () => {
  const s3 = new S3Client(line.config())
  await s3.send(new CreateBucketCommand({ Bucket: 'code' }))
  const Body = zip({ 'main.mjs': 'export const handler = async event => event.n * 2' })
  await s3.send(new PutObjectCommand({ Bucket: 'code', Key: 'double.zip', Body }))
  const Code = { S3Bucket: 'code', S3Key: 'double.zip' }
  await line.make('double', '', 'silent', { Code, Handler: 'main.handler' })
  expect((await line.call('double', { n: 21 })).answer).toBe(42)
  const { Code: kept } = await line.lambda.send(new api.GetFunctionCommand({ FunctionName: 'double' }))
  const fetched = await fetch(kept?.Location ?? '')
  expect(Object.keys(unzipSync(new Uint8Array(await fetched.arrayBuffer())))).toEqual(['main.mjs'])
  expect((await fetch((kept?.Location ?? '').replace(/.$/, '!'))).status).toBe(403)
  await expect(line.make('none', '', 'silent', { Code: { ...Code, S3Key: 'none' } })).rejects.toThrow('NoSuchKey')
  const allowed = { Effect: 'Allow', Action: ['lambda:CreateFunction', 'iam:PassRole'], Resource: '*' }
  await line.role('maker', [allowed], { AWS: account })
  const assume = new AssumeRoleCommand({ RoleArn: roleArn('maker'), RoleSessionName: 'maker' })
  const { Credentials } = await new STSClient(line.config()).send(assume)
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {}
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
  const input = { FunctionName: 'none', Code, Runtime: 'nodejs24.x', Handler: 'main.handler', Role: roleArn('silent') }
  const maker = new api.LambdaClient({ ...line.config(), credentials })
  await expect(maker.send(new api.CreateFunctionCommand(input as api.CreateFunctionRequest))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(
      'Your access has been denied by S3, please make sure your request credentials have permission to GetObject for code/double.zip. S3 Error Code: AccessDenied.',
    ),
  })
})

test('another account and a service invoke where the function allows it', async () => {
  await line.make('open', 'exports.handler = async () => 1', 'silent')
  const theirs = new api.LambdaClient(line.config('111111111111'))
  const call = new api.InvokeCommand({ FunctionName: arn('open') })
  await expect(theirs.send(call)).rejects.toMatchObject({
    name: 'AccessDeniedException',
    $metadata: { httpStatusCode: 403 },
    message: expect.stringContaining('because no resource-based policy allows the lambda:InvokeFunction action'),
  })
  const permission = { FunctionName: 'open', StatementId: 'a', Action: 'lambda:InvokeFunction' }
  const allow = (Principal: string) => line.lambda.send(new api.AddPermissionCommand({ ...permission, Principal }))
  await expect(allow('arn:aws:iam::111111111111:role/nobody')).rejects.toThrow('The provided principal was invalid')
  await allow('111111111111')
  await expect(allow('111111111111')).rejects.toMatchObject({ name: 'ResourceConflictException' })
  expect((await theirs.send(call)).StatusCode).toBe(200)
  const { Policy } = await line.lambda.send(new api.GetPolicyCommand({ FunctionName: 'open' }))
  expect(JSON.parse(Policy ?? '')).toMatchObject({ Statement: [{ Sid: 'a', Resource: arn('open') }] })
  await line.lambda.send(new api.RemovePermissionCommand({ FunctionName: 'open', StatementId: 'a' }))
  await expect(theirs.send(call)).rejects.toMatchObject({ name: 'AccessDeniedException' })
  await expect(line.call('open', {}, { Qualifier: '7' })).rejects.toThrow(
    'lambda version or alias 7 is not implemented',
  )
})

test('new code and settings are used at once, errors are answers, and functions outlive the twin', async () => {
  await line.make('changes', `exports.handler = async () => 'old'`, 'silent')
  expect((await line.call('changes')).answer).toBe('old')
  const ZipFile = zip({ 'index.js': `exports.handler = async () => { throw new TypeError(process.env.WHY) }` })
  await line.lambda.send(new api.UpdateFunctionCodeCommand({ FunctionName: 'changes', ZipFile }))
  const change = { FunctionName: 'changes', Environment: { Variables: { WHY: 'new' } } }
  await line.lambda.send(new api.UpdateFunctionConfigurationCommand(change))
  const failure = { error: 'Unhandled', answer: { errorType: 'TypeError', errorMessage: 'new' } }
  expect(await line.call('changes')).toMatchObject(failure)
  await line.reopen()
  const { LogResult = '' } = await line.lambda.send(new api.InvokeCommand({ FunctionName: 'changes', LogType: 'Tail' }))
  expect(Buffer.from(LogResult, 'base64').toString()).toContain('Invoke Error')
  const { Functions = [] } = await line.lambda.send(new api.ListFunctionsCommand({}))
  expect(Functions.map(({ FunctionName }) => FunctionName)).toContain('changes')
  await line.lambda.send(new api.DeleteFunctionCommand({ FunctionName: 'changes' }))
  await expect(line.call('changes')).rejects.toThrow(`Function not found: ${arn('changes')}`)
})

test('an event is accepted, tried three times and then dropped', async () => {
  const fails = `exports.handler = async event => { console.log('attempt', event.n); throw new Error('no') }`
  await line.make('event', fails, 'writer')
  const { StatusCode } = await line.lambda.send(
    new api.InvokeCommand({ FunctionName: 'event', InvocationType: 'Event', Payload: Buffer.from('{"n":7}') }),
  )
  expect(StatusCode).toBe(202)
  await expect
    .poll(() => line.messages.join(), { timeout: 20_000 })
    .toContain('event for event is dropped after 3 attempts')
  const logs = new CloudWatchLogsClient(line.config())
  const pattern = { logGroupName: '/aws/lambda/event', filterPattern: '"attempt 7"' }
  const { events = [] } = await logs.send(new FilterLogEventsCommand(pattern))
  expect(new Set(events.map(({ message }) => message?.split('\t')[1])).size).toBe(1)
  expect(events).toHaveLength(3)
  const { StatusCode: dry } = await line.lambda.send(
    new api.InvokeCommand({ FunctionName: 'event', InvocationType: 'DryRun' }),
  )
  expect(dry).toBe(204)
})

test('an event whose function runs when the twin stops runs again when it is back', async () => {
  const slow = identity.replace('console.log', 'await new Promise(resolve => setTimeout(resolve, 900)); console.log')
  await line.role('slow', [])
  await line.make('slow', slow, 'slow')
  await line.lambda.send(new api.InvokeCommand({ FunctionName: 'slow', InvocationType: 'Event' }))
  const called = (operation: string) =>
    [...line.it.audit()].filter(entry => entry.operation === operation && entry.role === roleArn('slow'))
  await expect.poll(() => called('CreateLogStream').length, { timeout: 5_000 }).toBe(1)
  await line.reopen()
  await expect.poll(() => called('GetCallerIdentity').length, { timeout: 10_000 }).toBe(1)
})
