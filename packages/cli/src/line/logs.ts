import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  paginateDescribeLogGroups,
} from '@aws-sdk/client-cloudwatch-logs'
import { type Connection, client } from '../cloud/cloud.ts'
import type { Report } from '../report/event.ts'

/** The logs of an account's training jobs, endpoints and functions, oldest first. */
export async function logs(
  connection: Connection,
  report: Report,
  { prefixes = ['/aws/sagemaker/', '/aws/lambda/'], since = 0 }: { prefixes?: readonly string[]; since?: number } = {},
): Promise<void> {
  const service = client(CloudWatchLogsClient, connection)
  for (const logGroupNamePrefix of prefixes) {
    for await (const { logGroups = [] } of paginateDescribeLogGroups({ client: service }, { logGroupNamePrefix })) {
      for (const { logGroupName = '' } of logGroups) await group(service, logGroupName, since, report)
    }
  }
}

async function group(service: CloudWatchLogsClient, logGroupName: string, startTime: number, report: Report) {
  let nextToken: string | undefined
  do {
    const page = await service.send(
      new FilterLogEventsCommand({ logGroupName, startTime, ...(nextToken === undefined ? {} : { nextToken }) }),
    )
    for (const { logStreamName = '', message = '', timestamp = 0 } of page.events ?? []) {
      const at = new Date(timestamp).toISOString()
      report({ type: 'log', group: logGroupName, stream: logStreamName, message, at })
    }
    nextToken = page.nextToken
  } while (nextToken !== undefined)
}
