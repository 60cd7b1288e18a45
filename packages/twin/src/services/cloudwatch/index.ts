/**
 * CloudWatch metrics: what training jobs and endpoints put, and reading it back.
 *
 * Gaps: alarms, dashboards, GetMetricData, percentiles and metric streams are refused by name.
 * By design: data points are kept as they were put, at full resolution.
 * Client quirks: the SDK speaks JSON or CBOR, the CLI the query protocol; one table of operations answers all.
 */
import type { Service } from '../../gate/index.ts'
import { metricOperations } from './metric.ts'

export const cloudwatchService: Service = {
  name: 'cloudwatch',
  sdk: [() => import('@aws-sdk/client-cloudwatch').then(sdk => ({ module: sdk, client: sdk.CloudWatchClient }))],
  signingName: 'monitoring',
  denied: 'AccessDenied',
  operations: metricOperations,
}
