import type * as sfn from '@aws-sdk/client-sfn'
import { type Reader, type Tx, table } from '../../engine/index.ts'
import { parseArn } from './arn.ts'
import type { Child, Ending, HistoryEvent } from './asl/index.ts'
import { noExecution } from './errors.ts'
import type { Revision } from './state-machine.ts'

export interface ExecutionRecord {
  arn: string
  account: string
  region: string
  machineArn: string
  machineName: string
  name: string
  type: 'STANDARD' | 'EXPRESS'
  status: Exclude<sfn.ExecutionStatus, 'PENDING_REDRIVE'>
  input: string
  start: number
  stop?: number
  output?: string
  error?: string
  cause?: string
  trace?: string
  versionArn?: string
  aliasArn?: string
  /** Of a child of a distributed Map. */
  mapRunArn?: string
  /** The definition and role that it runs with: an update of the machine does not touch it. */
  revision: Revision
}

export const executions = table<ExecutionRecord>('states/execution') // [account, region, machine, name]
/** Names, the latest start first. */
export const latestExecutions = table<string>('states/latest') // [account, region, machine, place]
export const history = table<HistoryEvent>('states/history') // [execution ARN, id]

export const executionKey = (record: Pick<ExecutionRecord, 'account' | 'region' | 'machineName' | 'name'>) =>
  [record.account, record.region, record.machineName, record.name] as const

/** Sorts by the time of the start, backwards. */
const placeOf = ({ start, name }: Pick<ExecutionRecord, 'start' | 'name'>) =>
  `${String(10 ** 15 - start).padStart(16, '0')}/${name}`

/** For one that begins. */
export function putNewExecution(tx: Tx, record: ExecutionRecord): void {
  const [account, region, machine, name] = executionKey(record)
  executions.put(tx, [account, region, machine, name], record)
  latestExecutions.put(tx, [account, region, machine, placeOf(record)], name)
}

export function findExecution(read: Reader, arn: string | undefined): ExecutionRecord {
  const { account, region, name, qualifier = '' } = parseArn(arn, 'execution', 'express')
  const record = executions.get(read, account, region, name, qualifier)
  if (record === undefined) throw noExecution(arn ?? '')
  return record
}

/** What an execution says of the version, the alias or the Map Run that it is of. */
export const qualified = ({ versionArn, aliasArn, mapRunArn }: ExecutionRecord) => ({
  ...(versionArn === undefined ? {} : { stateMachineVersionArn: versionArn }),
  ...(aliasArn === undefined ? {} : { stateMachineAliasArn: aliasArn }),
  ...(mapRunArn === undefined ? {} : { mapRunArn }),
})

/** The outcome as a record has it. */
export function outcomeOf(ending: Ending): Pick<ExecutionRecord, 'status' | 'output' | 'error' | 'cause'> {
  if (ending.status === 'SUCCEEDED') return { status: ending.status, output: JSON.stringify(ending.output) }
  const { status, error, cause } = ending
  return { status, ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) }
}

/** A child of a distributed Map, with what it has of the execution that started it. */
export const childRecord = ({ account, region, revision }: ExecutionRecord, child: Child): ExecutionRecord => ({
  arn: child.arn,
  account,
  region,
  machineArn: child.machine.id,
  machineName: child.machine.name,
  name: child.arn.split(':').slice(7).join(':'),
  type: child.type,
  status: 'RUNNING',
  input: JSON.stringify(child.input),
  start: child.start,
  mapRunArn: child.mapRun,
  revision,
  ...(child.stop === undefined ? {} : { stop: child.stop }),
  ...(child.ending === undefined ? {} : outcomeOf(child.ending)),
})
