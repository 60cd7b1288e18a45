import type * as sfn from '@aws-sdk/client-sfn'
import type { Reader } from '../../engine/index.ts'
import { operation } from '../../gate/index.ts'
import { parseArn } from './arn.ts'
import { notOneOf, typeNotSupported, validation } from './errors.ts'
import { type ExecutionRecord, executions, qualified } from './execution-record.ts'
import { findMapRun, mapRunKey } from './map-run.ts'
import { page } from './page.ts'
import { findTarget } from './state-machine.ts'

const statuses = ['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING']

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html: the latest first. */
export const listExecutions = operation<typeof sfn, 'ListExecutions'>({
  authorize: input => [{ action: 'states:ListExecutions', resource: machineOf(input) }],
  run(input, { tx }) {
    const { mapRunArn, statusFilter } = input
    const listed = mapRunArn === undefined ? ofMachine(tx, input.stateMachineArn, statusFilter) : ofRun(tx, input)
    const all = listed
      .filter(record => statusFilter === undefined || record.status === statusFilter)
      .sort((a, b) => b.start - a.start)
    const { shown, ...more } = page(all, input)
    return { executions: shown.map(summary), ...more }
  },
})

/** A run's executions are its machine's. */
const machineOf = ({ stateMachineArn, mapRunArn }: sfn.ListExecutionsInput): string =>
  mapRunArn === undefined
    ? (stateMachineArn ?? '')
    : mapRunArn.replace(':mapRun:', ':stateMachine:').replace(/\/.*$/, '')

function ofMachine(read: Reader, arn: string | undefined, status: string | undefined): ExecutionRecord[] {
  const { account, region, name, qualifier } = parseArn(arn, 'stateMachine')
  if (status !== undefined && !statuses.includes(status)) throw notOneOf(status, 'statusFilter', statuses)
  if (findTarget(read, arn, 0).machine.type === 'EXPRESS') throw typeNotSupported()
  return [...executions.list(read, account, region, name)].filter(
    ({ versionArn, aliasArn }) => qualifier === undefined || [versionArn, aliasArn].includes(arn),
  )
}

function ofRun(read: Reader, { stateMachineArn, mapRunArn }: sfn.ListExecutionsInput): ExecutionRecord[] {
  if (stateMachineArn !== undefined)
    throw validation('Exactly one of these parameters must be specified: [stateMachineArn, mapRunArn]')
  const { arn } = findMapRun(read, mapRunArn)
  const [account, region, machine] = mapRunKey(arn)
  return [...executions.list(read, account, region, machine)].filter(({ mapRunArn: run }) => run === arn)
}

const summary = (record: ExecutionRecord) => ({
  executionArn: record.arn,
  stateMachineArn: record.machineArn,
  name: record.name,
  status: record.status,
  startDate: new Date(record.start),
  ...(record.stop === undefined ? {} : { stopDate: new Date(record.stop) }),
  ...qualified(record),
  redriveCount: 0,
})
