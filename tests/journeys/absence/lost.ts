import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import type { Access } from '@tripoint/pipeline'
import { client } from '../../../packages/cli/src/cloud/cloud.ts'
import type { Line } from '../line.ts'

/** How much of what an entry that `degrades` lets through is there: lines of a log, or metrics. */
export async function arrived(line: Line, access: Access): Promise<number> {
  const role = access.hop === 'train' ? 'training' : 'production'
  const connection = line.account(role)
  if (access.action.startsWith('cloudwatch:')) {
    const Namespace = `/aws/sagemaker/${access.hop === 'train' ? 'TrainingJobs' : 'Endpoints'}`
    const { Metrics = [] } = await client(CloudWatchClient, connection).send(new ListMetricsCommand({ Namespace }))
    return Metrics.length
  }
  const logGroupName = access.resource.split(':')[6]?.replace(/\*$/, '')
  try {
    const { events = [] } = await client(CloudWatchLogsClient, connection).send(
      new FilterLogEventsCommand({ logGroupName }),
    )
    return events.length
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return 0
    throw error
  }
}
