import type * as sfn from '@aws-sdk/client-sfn'
import { type Reader, table } from '../../engine/index.ts'
import { operation } from '../../gate/index.ts'
import { parseArn } from './arn.ts'
import type { MapRun } from './asl/index.ts'
import { missingParameter, noResource } from './errors.ts'
import { findExecution } from './execution-record.ts'
import { page } from './page.ts'

interface MapRunRecord extends MapRun {
  execution: string
}

const mapRuns = table<MapRunRecord>('states/map-run') // [account, region, machine/label, id]
/** Which runs an execution has had. */
const runsOf = table<string>('states/map-runs-of') // [execution ARN, run ARN]

export function mapRunKey(arn: string | undefined) {
  const { account, region, name, qualifier = '' } = parseArn(arn, 'mapRun')
  return [account, region, name, qualifier] as const
}

export function rememberMapRun(tx: Parameters<typeof mapRuns.put>[0], execution: string, run: MapRun): void {
  mapRuns.put(tx, mapRunKey(run.arn), { ...run, execution })
  runsOf.put(tx, [execution, run.arn], run.arn)
}

export function findMapRun(read: Reader, arn: string | undefined): MapRunRecord {
  const run = mapRuns.get(read, ...mapRunKey(arn))
  if (run === undefined) throw noResource(arn ?? '')
  return run
}

const dates = ({ start, stop }: MapRun) => ({
  startDate: new Date(start),
  ...(stop === undefined ? {} : { stopDate: new Date(stop) }),
})

/** Without redrive none of its counts goes up. */
const counts = (counted: MapRun['items']) => ({ ...counted, failuresNotRedrivable: 0, pendingRedrive: 0 })

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html */
export const describeMapRun = operation<typeof sfn, 'DescribeMapRun'>({
  authorize: input => [{ action: 'states:DescribeMapRun', resource: input.mapRunArn ?? '' }],
  run(input, { tx }) {
    const run = findMapRun(tx, input.mapRunArn)
    return {
      mapRunArn: run.arn,
      executionArn: run.execution,
      status: run.status,
      ...dates(run),
      maxConcurrency: run.maxConcurrency,
      toleratedFailureCount: run.tolerated.count ?? 0,
      toleratedFailurePercentage: run.tolerated.percentage ?? 0,
      itemCounts: counts(run.items),
      executionCounts: counts(run.executions),
      redriveCount: 0,
    }
  },
})

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListMapRuns.html */
export const listMapRuns = operation<typeof sfn, 'ListMapRuns'>({
  authorize: input => [{ action: 'states:ListMapRuns', resource: input.executionArn ?? '' }],
  run(input, { tx }) {
    const { arn, machineArn } = findExecution(tx, input.executionArn)
    const all = [...runsOf.list(tx, arn)].map(run => findMapRun(tx, run)).sort((a, b) => b.start - a.start)
    const { shown, ...more } = page(all, input)
    const mapRuns = shown.map(run => ({
      executionArn: arn,
      mapRunArn: run.arn,
      stateMachineArn: `${machineArn}/${run.arn.split('/')[1]?.split(':')[0]}`,
      ...dates(run),
    }))
    return { mapRuns, ...more }
  },
})

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateMapRun.html: a run that is over takes no change. */
export const updateMapRun = operation<typeof sfn, 'UpdateMapRun'>({
  authorize: input => [{ action: 'states:UpdateMapRun', resource: input.mapRunArn ?? '' }],
  run(input, { tx, env }) {
    const { maxConcurrency, toleratedFailureCount: count, toleratedFailurePercentage: percentage } = input
    if ([maxConcurrency, count, percentage].every(value => value === undefined))
      throw missingParameter(
        'Either the maxConcurrency, the toleratedFailureCount or the toleratedFailurePercentage must be specified',
      )
    const run = findMapRun(tx, input.mapRunArn)
    if (run.status !== 'RUNNING') return {}
    const changed = {
      ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
      tolerated: { ...(count === undefined ? {} : { count }), ...(percentage === undefined ? {} : { percentage }) },
    }
    const tolerated = { ...run.tolerated, ...changed.tolerated }
    mapRuns.put(tx, mapRunKey(run.arn), { ...run, ...changed, tolerated })
    env.works.signal(tx, run.execution, {
      name: 'event',
      data: { type: 'map-run-updated', id: run.arn, ...changed },
    })
    return {}
  },
})
