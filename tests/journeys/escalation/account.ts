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
import * as states from '@aws-sdk/client-sfn'
import * as sts from '@aws-sdk/client-sts'
import { type Connection, client } from '../../../packages/cli/src/cloud/cloud.ts'

const CLIENTS = {
  cloudformation: cloudformation.CloudFormationClient,
  cloudwatch: cloudwatch.CloudWatchClient,
  codecommit: codecommit.CodeCommitClient,
  codepipeline: codepipeline.CodePipelineClient,
  ecr: ecr.ECRClient,
  events: events.EventBridgeClient,
  iam: iam.IAMClient,
  kms: kms.KMSClient,
  lambda: lambda.LambdaClient,
  logs: logs.CloudWatchLogsClient,
  s3: s3.S3Client,
  sagemaker: sagemaker.SageMakerClient,
  states: states.SFNClient,
  sts: sts.STSClient,
} as const

export type ServiceName = keyof typeof CLIENTS

/** One SDK client's `send`, whatever the service. */
interface Sender {
  config: { disableHostPrefix?: boolean }
  send(command: object): Promise<unknown>
}

/** `send('kms', new ListKeysCommand({}))`: an account as one of its principals sees it. */
export type Send = <Output = unknown>(service: ServiceName, command: object) => Promise<Output>

export function sendAs(connection: Connection): Send {
  const made = new Map<ServiceName, Sender>()
  const senderOf = (service: ServiceName): Sender => {
    const known = made.get(service)
    if (known !== undefined) return known
    const sender = client(CLIENTS[service] as never, connection) as Sender
    // TestState goes to the host `sync-…` otherwise, which loopback has not.
    sender.config.disableHostPrefix = true
    made.set(service, sender)
    return sender
  }
  return <Output>(service: ServiceName, command: object) => senderOf(service).send(command) as Promise<Output>
}

/** All at once, `width` at a time, in their order. */
export async function each<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  width = 16,
): Promise<Result[]> {
  const results: Result[] = []
  for (let at = 0; at < items.length; at += width)
    results.push(...(await Promise.all(items.slice(at, at + width).map(work))))
  return results
}
