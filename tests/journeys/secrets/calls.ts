import { randomBytes } from 'node:crypto'
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation'
import { CodeCommitClient, ListRepositoriesCommand } from '@aws-sdk/client-codecommit'
import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam'
import { CreateKeyCommand, EncryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { CreateFunctionCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
import { ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn'
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { type DeployNames, namesOf, type TrainNames } from '@tripoint/pipeline'
import definition from '../../../examples/churn/tripoint.config.ts'
import type { Cloud, Connection, Credentials } from '../../../packages/cli/src/cloud/cloud.ts'
import { gitCredential } from '../../../packages/cli/src/cloud/git.ts'
import { once } from '../disturbed/call.ts'
import { call, presigned } from '../lock/presigned.ts'
import type { Place, Secret } from './search.ts'

const fresh = (what: string): Secret => ({ what, value: `s3cr3t/${randomBytes(18).toString('base64')}` })

export interface Played {
  secrets: Secret[]
  /** What the twin answered, errors above all. */
  answers: Place[]
}

/** Calls that bring secrets with them, well and badly: what is answered to the bad ones is kept. */
export async function play(cloud: Cloud, publisher: Connection): Promise<Played> {
  const secrets: Secret[] = []
  const answers: Place[] = []
  const [shared, training, production] = [
    cloud.account('shared'),
    cloud.account('training'),
    cloud.account('production'),
  ]
  const names = namesOf(definition)
  const secret = (what: string): string => {
    const made = fresh(what)
    secrets.push(made)
    return made.value as string
  }
  const keep = async (where: string, asked: Promise<unknown>): Promise<void> => {
    const text = await asked.then(
      output => JSON.stringify(output),
      (error: Error & { $response?: { body?: unknown } }) => `${error.name} ${error.message} ${JSON.stringify(error)}`,
    )
    answers.push({ where: `the answer to ${where}`, text })
  }
  const bearer = (connection: Connection, more: Partial<Credentials>): Connection => ({
    ...connection,
    credentials: { ...(connection.credentials as Credentials), ...more },
  })

  for (const [who, more] of [
    ['a wrong secret', { secretAccessKey: secret('a wrong secret') }],
    ['a wrong token', { sessionToken: secret('a wrong token') }],
    [
      'an unknown key',
      { accessKeyId: 'AKIAUNKNOWNUNKNOWN22', secretAccessKey: secret('the secret of an unknown key') },
    ],
  ] as const) {
    const as = bearer(shared, more)
    await keep(`${who} at STS`, once(STSClient, as).send(new GetCallerIdentityCommand({})))
    await keep(`${who} at IAM`, once(IAMClient, as).send(new ListUsersCommand({})))
    await keep(`${who} at S3`, once(S3Client, as).send(new ListBucketsCommand({})))
    await keep(`${who} at CodeCommit`, once(CodeCommitClient, as).send(new ListRepositoriesCommand({})))
    await keep(`${who} at Lambda`, once(LambdaClient, as).send(new ListFunctionsCommand({})))
  }

  await keep(
    'an upload with SSE-C',
    once(S3Client, publisher).send(
      new PutObjectCommand({
        Bucket: names.bucket,
        Key: 'data/own.csv',
        Body: 'x',
        SSECustomerAlgorithm: 'AES256',
        SSECustomerKey: sseKey(secrets),
      }),
    ),
  )
  const keys = once(KMSClient, training)
  const { KeyMetadata } = await keys.send(new CreateKeyCommand({}))
  const { Plaintext = '' } = await keys.send(
    new GenerateDataKeyCommand({ KeyId: KeyMetadata?.KeyId, KeySpec: 'AES_256' }),
  )
  secrets.push({ what: 'a data key', value: Plaintext })
  const kms = once(KMSClient, shared)
  await keep(
    'kms:Encrypt under no key',
    kms.send(new EncryptCommand({ KeyId: 'alias/none', Plaintext: Buffer.from(secret('a plaintext')) })),
  )
  await keep(
    'kms:Encrypt, denied',
    kms.send(new EncryptCommand({ KeyId: await keyOf(shared), Plaintext: Buffer.from(secret('a plaintext denied')) })),
  )

  const made = await once(STSClient, shared).send(new GetSessionTokenCommand({}))
  const session = bearer(shared, {
    accessKeyId: made.Credentials?.AccessKeyId ?? '',
    secretAccessKey: made.Credentials?.SecretAccessKey ?? '',
    sessionToken: secret('a token of another session'),
  })
  await keep('a session with the token of another', once(S3Client, session).send(new ListBucketsCommand({})))

  await functions(production, { secret, keep })
  await stacks(training, { secret, keep })
  await workflows(training, { secret, keep })
  await urls(shared, names.bucket, { secrets, keep })
  return { secrets, answers }
}

interface Hands {
  secret(what: string): string
  keep(where: string, asked: Promise<unknown>): Promise<void>
}

function sseKey(secrets: Secret[]): string {
  const bytes = randomBytes(32)
  secrets.push({ what: "a customer's key", value: bytes })
  return bytes.toString('base64')
}

async function keyOf(shared: Connection): Promise<string> {
  const { Stacks = [] } = await once(CloudFormationClient, shared).send(
    new DescribeStacksCommand({ StackName: namesOf(definition).stacks.base }),
  )
  return Stacks[0]?.Outputs?.find(({ OutputValue = '' }) => OutputValue.includes(':key/'))?.OutputValue ?? ''
}

async function functions(production: Connection, { secret, keep }: Hands): Promise<void> {
  const lambda = once(LambdaClient, production)
  const input = (more: object) =>
    new CreateFunctionCommand({
      FunctionName: 'bearer',
      Role: (namesOf(definition).stages.Deploy as DeployNames).deployerRole.arn,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: Buffer.from('no zip') },
      Environment: { Variables: { PASSWORD: secret('a variable of a function') } },
      ...more,
    })
  await keep('a function whose code is none', lambda.send(input({})))
  await keep('a function of an unknown runtime', lambda.send(input({ Runtime: 'cobol' as never })))
  await keep(
    'a function with a reserved variable',
    lambda.send(input({ Environment: { Variables: { AWS_REGION: secret('a reserved variable') } } })),
  )
}

const template = JSON.stringify({
  Parameters: { Password: { Type: 'String', NoEcho: true, AllowedPattern: '^s3cr3t/.*$' } },
  Resources: {
    Group: {
      Type: 'AWS::Logs::LogGroup',
      Properties: { LogGroupName: 'of-a-stack', Tags: [{ Key: 'password', Value: { Ref: 'Password' } }] },
    },
    Role: { Type: 'AWS::IAM::Role', DependsOn: 'Group', Properties: { AssumeRolePolicyDocument: { Ref: 'Password' } } },
  },
})

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html: NoEcho masks it wherever a stack or its events are described */
async function stacks(training: Connection, { secret, keep }: Hands): Promise<void> {
  const cloudformation = once(CloudFormationClient, training)
  const create = (StackName: string, ParameterValue: string) =>
    cloudformation.send(
      new CreateStackCommand({
        StackName,
        TemplateBody: template,
        Capabilities: ['CAPABILITY_IAM'],
        Parameters: [{ ParameterKey: 'Password', ParameterValue }],
      }),
    )
  await keep('a stack whose parameter is refused', create('refused', `not-${secret('a parameter that is refused')}`))
  await keep('a stack that fails', create('failing', secret('a NoEcho parameter')))
  const StackName = 'failing'
  for (;;) {
    const { Stacks = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName }))
    if (!Stacks[0]?.StackStatus?.endsWith('_IN_PROGRESS')) break
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  await keep('DescribeStacks', cloudformation.send(new DescribeStacksCommand({ StackName })))
  await keep('DescribeStackEvents', cloudformation.send(new DescribeStackEventsCommand({ StackName })))
  await keep('GetTemplate', cloudformation.send(new GetTemplateCommand({ StackName })))
}

async function workflows(training: Connection, { secret, keep }: Hands): Promise<void> {
  const states = once(SFNClient, training)
  const stateMachineArn = (namesOf(definition).stages.Train as TrainNames).stateMachine.arn
  const input = JSON.stringify({ password: secret('a password in an input') })
  await keep(
    'an execution of no machine',
    states.send(new StartExecutionCommand({ stateMachineArn: `${stateMachineArn}-none`, input })),
  )
  await keep(
    'an execution whose input is cut',
    states.send(new StartExecutionCommand({ stateMachineArn, input: input.slice(0, -1) })),
  )
  await keep('no execution', states.send(new DescribeExecutionCommand({ executionArn: `${stateMachineArn}:none` })))
}

/** What is in a URL, and what is no call of an SDK. */
async function urls(
  shared: Connection,
  bucket: string,
  { secrets, keep }: { secrets: Secret[]; keep: Hands['keep'] },
): Promise<void> {
  const ask = (path: string, options = {}) => call(shared, path, { plain: true, ...options })
  const good = await presigned(shared, 'GET', `/${bucket}/none.csv`)
  const signature = /X-Amz-Signature=([0-9a-f]{64})/.exec(good)?.[1] ?? ''
  secrets.push({ what: "a URL's signature", value: signature })
  await keep('a presigned URL', ask(good))
  await keep('a presigned URL for another key', ask(good.replace('none', 'other')))
  await keep('a presigned URL with a broken date', ask(good.replace(/X-Amz-Date=\w+/, 'X-Amz-Date=yesterday')))
  const url = new URL(`${shared.endpoint}/v1/repos/${definition.source.repository}`)
  const { username, password } = gitCredential(url, shared.region, shared.credentials as Credentials, new Date())
  secrets.push({ what: "git's password", value: password })
  const basic = (name: string, word: string) => ({
    headers: { authorization: `Basic ${Buffer.from(`${name}:${word}`).toString('base64')}` },
  })
  const refs = `${url.pathname}/info/refs?service=git-upload-pack`
  await keep('git', ask(refs, basic(username, password)))
  await keep('git with a wrong name', ask(refs, basic(`x${username}`, password)))
  await keep('git with a cut password', ask(refs, basic(username, password.slice(0, -8))))
  await keep('git for another repository', ask(refs.replace('/churn/', '/other/'), basic(username, password)))
  for (const headers of [
    { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.Encrypt' },
    { 'content-type': 'application/x-www-form-urlencoded' },
  ]) {
    const body = `{"KeyId": "x", "Plaintext": "${password}`
    await keep('a malformed body without a signature', ask('/', { method: 'POST', headers, body }))
  }
  await keep('the audit with a wrong token', ask('/_audit', { headers: { authorization: `Bearer ${password}` } }))
}
