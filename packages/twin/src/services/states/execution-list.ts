import type * as sfn from '@aws-sdk/client-sfn'
import type { Reader } from '../../engine/index.ts'
import { operation } from '../../gate/index.ts'
import { parseArn } from './arn.ts'
import { invalidToken, notOneOf, tooMany, typeNotSupported, validation } from './errors.ts'
import { type ExecutionRecord, executions, latestExecutions, qualified } from './execution-record.ts'
import { findMapRun, mapRunKey } from './map-run.ts'
import { findTarget } from './state-machine.ts'

const statuses = ['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING']

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html: the latest first. */
export const listExecutions = operation<typeof sfn, 'ListExecutions'>({
  authorize: input => [{ action: 'states:ListExecutions', resource: machineOf(input) }],
  run(input, { tx }) {
    const { mapRunArn, statusFilter, nextToken: token } = input
    const { machine, ours } = mapRunArn === undefined ? ofMachine(tx, input) : ofRun(tx, input)
    const size = sizeOf(input)
    const shown: ExecutionRecord[] = []
    let last: string | undefined
    for (const [place, record] of latest(tx, machine, token)) {
      if (!ours(record) || (statusFilter !== undefined && record.status !== statusFilter)) continue
      if (shown.length === size) return { executions: shown.map(summary), nextToken: tokenOf(last ?? '') }
      shown.push(record)
      last = place
    }
    return { executions: shown.map(summary) }
  },
})

type Machine = readonly [account: string, region: string, name: string]

interface Listed {
  machine: Machine
  ours(record: ExecutionRecord): boolean
}

/** From the place of a token on; no more are read than are asked for. */
function* latest(read: Reader, machine: Machine, token?: string): Generator<[place: string, record: ExecutionRecord]> {
  const range = token === undefined ? {} : { after: placeOf(token) }
  for (const [key, name] of latestExecutions.entries(read, machine, range)) {
    const record = executions.get(read, ...machine, name)
    if (record !== undefined) yield [String(key.at(-1)), record]
  }
}

const tokenOf = (place: string) => Buffer.from(place).toString('base64url')

function placeOf(token: string): string {
  const place = Buffer.from(token, 'base64url').toString()
  if (!/^\d{16}\//.test(place)) throw invalidToken('Invalid token')
  return place
}

function sizeOf({ maxResults: size = 0 }: sfn.ListExecutionsInput): number {
  if (size > 1000) throw tooMany(size, 'maxResults', 1000)
  return size === 0 ? 100 : size
}

/** A run's executions are its machine's. */
const machineOf = ({ stateMachineArn, mapRunArn }: sfn.ListExecutionsInput): string =>
  mapRunArn === undefined
    ? (stateMachineArn ?? '')
    : mapRunArn.replace(':mapRun:', ':stateMachine:').replace(/\/.*$/, '')

function ofMachine(read: Reader, { stateMachineArn: arn, statusFilter: status }: sfn.ListExecutionsInput): Listed {
  const { account, region, name, qualifier } = parseArn(arn, 'stateMachine')
  if (status !== undefined && !statuses.includes(status)) throw notOneOf(status, 'statusFilter', statuses)
  if (findTarget(read, arn, 0).machine.type === 'EXPRESS') throw typeNotSupported()
  const ours = ({ versionArn, aliasArn }: ExecutionRecord) =>
    qualifier === undefined || [versionArn, aliasArn].includes(arn)
  return { machine: [account, region, name], ours }
}

function ofRun(read: Reader, { stateMachineArn, mapRunArn }: sfn.ListExecutionsInput): Listed {
  if (stateMachineArn !== undefined)
    throw validation('Exactly one of these parameters must be specified: [stateMachineArn, mapRunArn]')
  const { arn } = findMapRun(read, mapRunArn)
  const [account, region, machine] = mapRunKey(arn)
  return { machine: [account, region, machine], ours: ({ mapRunArn: run }) => run === arn }
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
