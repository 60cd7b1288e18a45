import * as cloudformation from '@aws-sdk/client-cloudformation'
import * as cloudwatch from '@aws-sdk/client-cloudwatch'
import * as codecommit from '@aws-sdk/client-codecommit'
import * as iam from '@aws-sdk/client-iam'
import * as kms from '@aws-sdk/client-kms'
import * as lambda from '@aws-sdk/client-lambda'
import * as s3 from '@aws-sdk/client-s3'
import * as sts from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AwsError } from './index.ts'
import { refusal, startTestWire, type TestWire } from './test-wire.ts'

let wire: TestWire
beforeAll(async () => {
  wire = await startTestWire()
})
afterAll(() => wire.close())

const throws = (operation: string, error: Error) => {
  wire.handlers[operation] = () => {
    throw error
  }
}
const about = { message: 'why é <not>', $metadata: {} }

test('query: a modelled error travels under its query code and comes back as its class', async () => {
  throws('iam:GetRole', new iam.NoSuchEntityException(about))
  const error = await refusal(new iam.IAMClient(wire.config).send(new iam.GetRoleCommand({ RoleName: 'r' })))
  expect(error).toBeInstanceOf(iam.NoSuchEntityException)
  expect(error).toMatchObject({
    message: about.message,
    $metadata: { httpStatusCode: 404 },
    Code: 'NoSuchEntity',
    Type: 'Sender',
  })
})

test('query: an AwsError by either name of a modelled error is that error', async () => {
  for (const code of ['NoSuchEntity', 'NoSuchEntityException']) {
    throws('iam:GetRole', new AwsError(code, 'none'))
    const error = await refusal(new iam.IAMClient(wire.config).send(new iam.GetRoleCommand({ RoleName: 'r' })))
    expect(error).toBeInstanceOf(iam.NoSuchEntityException)
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 404 }, Code: 'NoSuchEntity' })
  }
})

test('an error that no model knows keeps the code, status and message it was given', async () => {
  const denied = new AwsError('AccessDenied', 'User: x is not authorized', { status: 403 })
  throws('sts:AssumeRole', denied)
  throws('lambda:GetFunction', new AwsError('AccessDeniedException', 'no', { status: 403 }))
  throws('cloudformation:DescribeStacks', new AwsError('ValidationError', 'Stack with id s does not exist'))
  const role = { RoleArn: 'arn:aws:iam::1:role/r', RoleSessionName: 'ss' }
  expect(await refusal(new sts.STSClient(wire.config).send(new sts.AssumeRoleCommand(role)))).toMatchObject({
    name: 'AccessDenied',
    message: denied.message,
    $metadata: { httpStatusCode: 403 },
  })
  expect(
    await refusal(new lambda.LambdaClient(wire.config).send(new lambda.GetFunctionCommand({ FunctionName: 'f' }))),
  ).toMatchObject({
    name: 'AccessDeniedException',
    $metadata: { httpStatusCode: 403 },
  })
  const stacks = new cloudformation.CloudFormationClient(wire.config).send(
    new cloudformation.DescribeStacksCommand({ StackName: 's' }),
  )
  expect(await refusal(stacks)).toMatchObject({ name: 'ValidationError', $metadata: { httpStatusCode: 400 } })
})

test('json: modelled errors with members', async () => {
  throws('codecommit:GetRepository', new codecommit.RepositoryDoesNotExistException(about))
  const client = new codecommit.CodeCommitClient(wire.config)
  const error = await refusal(client.send(new codecommit.GetRepositoryCommand({ repositoryName: 'churn' })))
  expect(error).toBeInstanceOf(codecommit.RepositoryDoesNotExistException)
  expect(error).toMatchObject({ message: about.message, $metadata: { httpStatusCode: 400 } })
})

test('json: the old query code only for those who ask', async () => {
  throws('kms:DescribeKey', new kms.NotFoundException(about))
  const answers: (string | null)[] = []
  for (const asking of [false, true]) {
    const client = new kms.KMSClient(wire.config)
    client.middlewareStack.add(
      next => async args => {
        const request = args.request as { headers: Record<string, string> }
        if (asking) request.headers['x-amzn-query-mode'] = 'true'
        const result = await next(args)
        answers.push((result.response as { headers: Record<string, string> }).headers['x-amzn-query-error'] ?? null)
        return result
      },
      { step: 'deserialize', priority: 'low' },
    )
    const error = await refusal(client.send(new kms.DescribeKeyCommand({ KeyId: 'k' })))
    expect(error).toBeInstanceOf(kms.NotFoundException)
  }
  expect(answers).toEqual([null, 'NotFound;Sender'])
})

test('query-compatible json: the class and the old code', async () => {
  throws('monitoring:GetDashboard', new cloudwatch.InvalidParameterValueException(about))
  const error = await refusal(
    new cloudwatch.CloudWatchClient(wire.config).send(new cloudwatch.GetDashboardCommand({ DashboardName: 'd' })),
  )
  expect(error).toBeInstanceOf(cloudwatch.InvalidParameterValueException)
  expect(error).toMatchObject({ Code: 'InvalidParameterValue', Type: 'Sender' })
})

test('rest json: members in headers and in the body', async () => {
  throws(
    'lambda:Invoke',
    new lambda.TooManyRequestsException({ ...about, retryAfterSeconds: '7', Reason: 'CallerRateLimitExceeded' }),
  )
  const error = await refusal(
    new lambda.LambdaClient(wire.config).send(new lambda.InvokeCommand({ FunctionName: 'f' })),
  )
  expect(error).toBeInstanceOf(lambda.TooManyRequestsException)
  expect(error).toMatchObject({
    retryAfterSeconds: '7',
    Reason: 'CallerRateLimitExceeded',
    message: about.message,
    $metadata: { httpStatusCode: 429 },
  })
})

test('s3: errors carry no namespace, members stand beside the code, HEAD has its status only', async () => {
  throws('s3:GetObject', new AwsError('NoSuchKey', 'The specified key does not exist.', { members: { Key: 'a&b' } }))
  throws('s3:HeadObject', new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404 }))
  const client = new s3.S3Client(wire.config)
  const error = await refusal(client.send(new s3.GetObjectCommand({ Bucket: 'b', Key: 'a&b' })))
  expect(error).toBeInstanceOf(s3.NoSuchKey)
  expect(error).toMatchObject({ Key: 'a&b', $metadata: { httpStatusCode: 404 } })
  const head = await refusal(client.send(new s3.HeadObjectCommand({ Bucket: 'b', Key: 'k' })))
  expect(head.$metadata.httpStatusCode).toBe(404)
  const raw = await (await fetch(`${wire.endpoint}/b/a%26b`)).text()
  expect(raw).toContain(
    '<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>a&amp;b</Key><RequestId>',
  )
  expect(raw).not.toContain('xmlns')
})

test('what nobody meant to throw is an internal failure, and is heard of', async () => {
  throws('sts:GetCallerIdentity', new TypeError('a bug'))
  throws('kms:ListKeys', new TypeError('a bug'))
  const query = await refusal(new sts.STSClient(wire.config).send(new sts.GetCallerIdentityCommand({})))
  expect(query).toMatchObject({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } })
  const json = await refusal(new kms.KMSClient(wire.config).send(new kms.ListKeysCommand({})))
  expect(json).toMatchObject({ name: 'InternalServerException', $metadata: { httpStatusCode: 500 } })
  expect(wire.unexpected.splice(0).map(String)).toEqual(['TypeError: a bug', 'TypeError: a bug'])
})

test('routed but not there, a service that is not there, an operation nobody has', async () => {
  const here = await refusal(new kms.KMSClient(wire.config).send(new kms.CreateKeyCommand({})))
  expect(here).toMatchObject({
    name: 'NotImplemented',
    message: 'CreateKey is not here',
    $metadata: { httpStatusCode: 501 },
  })
  const call = (headers: Record<string, string>, body = '{}') => fetch(wire.endpoint, { method: 'POST', headers, body })
  const scope = (service: string) =>
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`
  const dated = { 'x-amz-date': '20260101T000000Z' }
  const absent = await call({
    ...dated,
    authorization: scope('dynamodb'),
    'x-amz-target': 'DynamoDB_20120810.ListTables',
  })
  expect([absent.status, await absent.json()]).toEqual([
    501,
    { __type: 'NotImplemented', message: expect.stringContaining("'dynamodb'") },
  ])
  const unknown = await call({ ...dated, authorization: scope('kms'), 'x-amz-target': 'TrentService.Nothing' })
  expect([unknown.status, await unknown.json()]).toMatchObject([400, { __type: 'UnknownOperationException' }])
  const form = { ...dated, authorization: scope('sts'), 'content-type': 'application/x-www-form-urlencoded' }
  expect(await (await call(form, 'Action=Nothing&Version=2011-06-15')).text()).toContain('<Code>InvalidAction</Code>')
})

test('an error may bring headers', async () => {
  throws(
    's3:HeadBucket',
    new AwsError('NotFound', 'no', { status: 404, headers: { 'x-amz-bucket-region': 'eu-west-1' } }),
  )
  const error = await refusal(new s3.S3Client(wire.config).send(new s3.HeadBucketCommand({ Bucket: 'bucket' })))
  expect((error as unknown as { $response: { headers: unknown } }).$response.headers).toMatchObject({
    'x-amz-bucket-region': 'eu-west-1',
  })
})
