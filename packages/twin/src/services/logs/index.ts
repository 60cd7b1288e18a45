/**
 * CloudWatch Logs.
 *
 * Gaps: metric filters, subscription filters, Insights queries, exports and KMS keys of groups are refused by name; filter
 * patterns are terms and quoted phrases.
 * By design: events are kept in the order in which they were put; retention is stored, nothing expires.
 * Client quirks: GetLogEvents answers the same forward token when there is nothing more, which is how clients stop.
 */
import type { Service } from '../../gate/index.ts'
import { groupOperations } from './log-group.ts'
import { streamOperations } from './log-stream.ts'

export const logsService: Service = {
  name: 'logs',
  sdk: [
    () => import('@aws-sdk/client-cloudwatch-logs').then(sdk => ({ module: sdk, client: sdk.CloudWatchLogsClient })),
  ],
  denied: 'AccessDeniedException',
  operations: { ...groupOperations, ...streamOperations },
}
