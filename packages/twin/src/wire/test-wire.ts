import * as cloudformation from '@aws-sdk/client-cloudformation'
import * as cloudwatch from '@aws-sdk/client-cloudwatch'
import * as logs from '@aws-sdk/client-cloudwatch-logs'
import * as codecommit from '@aws-sdk/client-codecommit'
import * as codepipeline from '@aws-sdk/client-codepipeline'
import * as ecr from '@aws-sdk/client-ecr'
import * as events from '@aws-sdk/client-eventbridge'
import * as iam from '@aws-sdk/client-iam'
import * as kms from '@aws-sdk/client-kms'
import * as lambda from '@aws-sdk/client-lambda'
import * as s3 from '@aws-sdk/client-s3'
import * as sagemaker from '@aws-sdk/client-sagemaker'
import * as runtime from '@aws-sdk/client-sagemaker-runtime'
import * as sfn from '@aws-sdk/client-sfn'
import * as sts from '@aws-sdk/client-sts'
import {
  AwsError,
  type Credential,
  createWire,
  type Listening,
  type Received,
  type Sdk,
  type WireService,
} from './index.ts'

/** Every service that a twin may have: the tests' front door knows no more of them than their packages. */
const packages: (Sdk & { name: string })[] = [
  { name: 'sts', module: sts, client: sts.STSClient },
  { name: 'iam', module: iam, client: iam.IAMClient },
  { name: 's3', module: s3, client: s3.S3Client },
  { name: 'kms', module: kms, client: kms.KMSClient },
  { name: 'codecommit', module: codecommit, client: codecommit.CodeCommitClient },
  { name: 'events', module: events, client: events.EventBridgeClient },
  { name: 'codepipeline', module: codepipeline, client: codepipeline.CodePipelineClient },
  { name: 'cloudformation', module: cloudformation, client: cloudformation.CloudFormationClient },
  { name: 'states', module: sfn, client: sfn.SFNClient },
  { name: 'sagemaker', module: sagemaker, client: sagemaker.SageMakerClient },
  { name: 'runtime.sagemaker', module: runtime, client: runtime.SageMakerRuntimeClient },
  { name: 'lambda', module: lambda, client: lambda.LambdaClient },
  { name: 'logs', module: logs, client: logs.CloudWatchLogsClient },
  { name: 'monitoring', module: cloudwatch, client: cloudwatch.CloudWatchClient },
  { name: 'ecr', module: ecr, client: ecr.ECRClient },
]
const services = packages.map(
  ({ name, ...sdk }): WireService => ({ name, signingName: name.split('.').at(-1)!, load: async () => sdk }),
)

export const KEY = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI' }
export const SESSION = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'sessionsecret', sessionToken: 'the/token+of==' }

const CREDENTIALS: Record<string, Credential> = {
  [KEY.accessKeyId]: { secret: KEY.secretAccessKey },
  [SESSION.accessKeyId]: { secret: SESSION.secretAccessKey, sessionToken: SESSION.sessionToken },
  UNVERIFIED: { secret: '', unverified: true },
  ASIAEXPIRED: { secret: 'old', sessionToken: 'old', expires: 1 },
}

type Handler = (input: never, call: Received) => unknown

export interface TestWire {
  endpoint: string
  /** What every client needs to know. */
  config: { endpoint: string; region: string; credentials: typeof KEY; maxAttempts: number; forcePathStyle: boolean }
  /** `handlers['sts:GetCallerIdentity']` */
  handlers: Record<string, Handler>
  calls: Received[]
  unexpected: unknown[]
  clock: { offset: number }
  close(): Promise<void>
}

export const startTestWire = async (port = 0): Promise<TestWire> => {
  const handlers: Record<string, Handler> = {}
  const calls: Received[] = []
  const unexpected: unknown[] = []
  const clock = { offset: 0 }
  let count = 0
  const wire = createWire({
    services,
    credential: id => CREDENTIALS[id],
    answer: async call => {
      calls.push(call)
      const handler = handlers[`${call.service}:${call.operation}`]
      if (handler === undefined) throw new AwsError('NotImplemented', `${call.operation} is not here`, { status: 501 })
      return handler(call.input as never, call)
    },
    other: (request, response) => {
      if (request.url !== '/health') return false
      response.end('well')
      return true
    },
    now: () => Date.now() + clock.offset,
    requestId: () => `request-${++count}`,
    unexpected: error => unexpected.push(error),
  })
  const listening: Listening = await wire.listen(port, '127.0.0.1')
  const endpoint = `http://127.0.0.1:${listening.port}`
  const config = { endpoint, region: 'eu-west-1', credentials: KEY, maxAttempts: 1, forcePathStyle: true }
  return { endpoint, config, handlers, calls, unexpected, clock, close: listening.close }
}

/** The error that a call ends in. */
export const refusal = async (call: Promise<unknown>): Promise<Error & { $metadata: { httpStatusCode?: number } }> => {
  try {
    await call
  } catch (error) {
    return error as Error & { $metadata: { httpStatusCode?: number } }
  }
  throw new Error('It was not refused.')
}
