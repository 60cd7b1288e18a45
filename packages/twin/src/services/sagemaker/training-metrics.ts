import type * as sagemaker from '@aws-sdk/client-sagemaker'
import { RE2JS } from 're2js'
import type { Acting } from './training-files.ts'

interface Definition {
  readonly name: string
  readonly pattern: RE2JS
}

export interface Reading {
  readonly name: string
  readonly value: number
  readonly at: number
}

/** What follows is another score, after the same #011, and no white space. */
const number = '([-+]?[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?)'

/** The built-in algorithm brings its definitions: https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost-tuning.html */
const builtIn = ['auc', 'error', 'logloss', 'mae', 'merror', 'mlogloss', 'mse', 'rmse', 'poisson-nloglik', 'accuracy']
  .flatMap(metric => ['train', 'validation'].map(data => ({ data, metric })))
  .map(({ data, metric }) => ({
    name: `${data}:${metric}`,
    pattern: RE2JS.compile(`.*\\[[0-9]+\\].*#011${data}-${metric}:${number}`),
  }))

/** A job's own pattern runs over every line: RE2 takes linear time whatever it is. */
const readPattern = (text: string): RE2JS | undefined => {
  try {
    return RE2JS.compile(text)
  } catch {
    return undefined
  }
}

export function metricDefinitions({ AlgorithmSpecification }: sagemaker.CreateTrainingJobRequest): Definition[] {
  const own = (AlgorithmSpecification?.MetricDefinitions ?? []).flatMap(({ Name = '', Regex = '' }) => {
    const pattern = readPattern(Regex)
    return pattern ? [{ name: Name, pattern }] : []
  })
  return /xgboost:/.test(AlgorithmSpecification?.TrainingImage ?? '') ? [...builtIn, ...own] : own
}

export const readMetrics = (definitions: readonly Definition[], line: string, at: number): Reading[] =>
  definitions.flatMap(({ name, pattern }) => {
    const matcher = pattern.matcher(line)
    const value = Number(matcher.find() && matcher.groupCount() > 0 ? (matcher.group(1) ?? Number.NaN) : Number.NaN)
    return Number.isFinite(value) ? [{ name, value, at }] : []
  })

export const lastOfEach = (readings: readonly Reading[]): Reading[] => [
  ...new Map(readings.map(reading => [reading.name, reading])).values(),
]

/** PutMetricData takes 1,000 metrics: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const most = 1_000

/** https://docs.aws.amazon.com/sagemaker/latest/dg/training-metrics.html: put as the execution role; without the permission they are lost. */
export async function putMetrics({ env, as, job, cause }: Acting, readings: readonly Reading[]): Promise<void> {
  for (let from = 0; from < readings.length; from += most) {
    const MetricData = readings.slice(from, from + most).map(({ name, value, at }) => ({
      MetricName: name,
      Value: value,
      Timestamp: new Date(at),
      Dimensions: [{ Name: 'TrainingJobName', Value: job.name }],
    }))
    const input = { Namespace: '/aws/sagemaker/TrainingJobs', MetricData }
    const put = env.invoke(as, 'cloudwatch', 'PutMetricData', input, { cause, region: job.region })
    const lost = (error: unknown) => {
      env.log(`metrics of ${job.name} are lost: ${error instanceof Error ? error.message : String(error)}`)
      return 'lost'
    }
    if ((await put.catch(lost)) === 'lost') return
  }
}
