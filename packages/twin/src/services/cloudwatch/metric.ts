import type * as cloudwatch from '@aws-sdk/client-cloudwatch'
import { AwsError, own, table } from '../../engine/index.ts'
import { type AnyOperation, operation } from '../../gate/index.ts'

interface Datum {
  namespace: string
  name: string
  dimensions: Record<string, string>
  time: number
  values: number[]
  unit: string
}

const data = table<Datum>('cloudwatch/datum') // [account, region, namespace, name, time, number]

type Dimension = { Name?: string | undefined; Value?: string | undefined }

const dimensionsOf = (list: readonly Dimension[] | undefined) =>
  Object.fromEntries((list ?? []).map(({ Name, Value }) => [Name ?? '', Value ?? '']).sort())

const same = (a: Record<string, string>, b: Record<string, string>) => JSON.stringify(a) === JSON.stringify(b)

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html: no resource-level support */
const putMetricData = operation<typeof cloudwatch, 'PutMetricData'>({
  authorize: input => [
    { action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': input.Namespace } },
  ],
  run(input, { tx, call, env }) {
    const namespace = input.Namespace ?? ''
    for (const datum of input.MetricData ?? []) {
      if (datum.StatisticValues !== undefined)
        throw new AwsError('NotImplemented', 'PutMetricData StatisticValues is not implemented by this twin', {
          status: 501,
        })
      const name = datum.MetricName ?? ''
      const time = datum.Timestamp === undefined ? call.now : new Date(datum.Timestamp).getTime()
      data.put(tx, [call.account, call.region, namespace, name, time, env.ids.hex(8)], {
        namespace,
        name,
        dimensions: dimensionsOf(datum.Dimensions),
        time,
        values: datum.Values ?? (datum.Value === undefined ? [] : [datum.Value]),
        unit: datum.Unit ?? 'None',
      })
    }
    return {}
  },
})

const listMetrics = operation<typeof cloudwatch, 'ListMetrics'>({
  authorize: () => [{ action: 'cloudwatch:ListMetrics', resource: '*' }],
  run(input, { tx, call }) {
    const seen = new Map<string, Datum>()
    for (const datum of data.list(tx, call.account, call.region)) {
      if (input.Namespace !== undefined && datum.namespace !== input.Namespace) continue
      if (input.MetricName !== undefined && datum.name !== input.MetricName) continue
      seen.set(JSON.stringify([datum.namespace, datum.name, datum.dimensions]), datum)
    }
    return {
      Metrics: [...seen.values()].map(({ namespace, name, dimensions }) => ({
        Namespace: namespace,
        MetricName: name,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      })),
    }
  },
})

const statistics: Record<string, (values: readonly number[]) => number> = {
  Average: values => values.reduce((sum, value) => sum + value, 0) / values.length,
  Maximum: values => Math.max(...values),
  Minimum: values => Math.min(...values),
  SampleCount: values => values.length,
  Sum: values => values.reduce((sum, value) => sum + value, 0),
}

const getMetricStatistics = operation<typeof cloudwatch, 'GetMetricStatistics'>({
  authorize: () => [{ action: 'cloudwatch:GetMetricStatistics', resource: '*' }],
  run(input, { tx, call }) {
    const from = new Date(input.StartTime ?? 0).getTime()
    const to = new Date(input.EndTime ?? call.now).getTime()
    const period = (input.Period ?? 60) * 1000
    const wanted = dimensionsOf(input.Dimensions)
    const buckets = new Map<number, Datum[]>()
    for (const datum of data.list(tx, call.account, call.region, input.Namespace ?? '', input.MetricName ?? '')) {
      if (datum.time < from || datum.time >= to || !same(datum.dimensions, wanted)) continue
      const bucket = from + Math.floor((datum.time - from) / period) * period
      buckets.set(bucket, [...(buckets.get(bucket) ?? []), datum])
    }
    return {
      Label: input.MetricName,
      Datapoints: [...buckets].map(([time, held]) => {
        const values = held.flatMap(datum => datum.values)
        const unit = held[0]?.unit as cloudwatch.StandardUnit
        const chosen = (input.Statistics ?? []).map(name => [name, own(statistics, name)?.(values)])
        return { Timestamp: new Date(time), Unit: unit, ...Object.fromEntries(chosen) }
      }),
    }
  },
})

export const metricOperations: Record<string, AnyOperation> = {
  GetMetricStatistics: getMetricStatistics,
  ListMetrics: listMetrics,
  PutMetricData: putMetricData,
}
