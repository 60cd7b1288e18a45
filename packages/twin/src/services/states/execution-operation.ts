import type * as sfn from '@aws-sdk/client-sfn'
import { because, Interrupted, notImplemented, type Reader, type Tx } from '../../engine/index.ts'
import { type Call, type Env, operation } from '../../gate/index.ts'
import { executionArn, expressArn, validName } from './arn.ts'
import { type Machine, newExecution, parseJsonText } from './asl/index.ts'
import { executionExists, invalidInput, invalidName, typeNotSupported, validation } from './errors.ts'
import {
  type ExecutionRecord,
  executionKey,
  executions,
  findExecution,
  putNewExecution,
  qualified,
} from './execution-record.ts'
import { type ExecutionState, executionKind } from './execution-work.ts'
import { revisionMembers } from './machine-description.ts'
import { findTarget, type Target } from './state-machine.ts'

type Start = {
  stateMachineArn?: string | undefined
  name?: string | undefined
  input?: string | undefined
  traceHeader?: string | undefined
}

const largestInput = 262_144

function inputOf(text = '{}') {
  if (Buffer.byteLength(text) > largestInput)
    throw validation(
      `1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to ${largestInput}`,
    )
  if (text.trim() === '') throw invalidInput('Invalid execution input.')
  const json = parseJsonText(text)
  if ('error' in json) throw invalidInput(json.error.message)
  return json.value
}

function begin(input: Start, target: Target, arn: string, name: string, tx: Tx, call: Call, env: Env): ExecutionRecord {
  const { machine, revision, versionArn, aliasArn } = target
  const value = inputOf(input.input)
  const record: ExecutionRecord = {
    arn,
    account: machine.account,
    region: machine.region,
    machineArn: machine.arn,
    machineName: machine.name,
    name: arn.split(':').slice(7).join(':'),
    type: machine.type,
    status: 'RUNNING',
    input: input.input ?? '{}',
    start: call.now,
    revision: pick(revision),
    ...(input.traceHeader === undefined ? {} : { trace: input.traceHeader }),
    ...(versionArn === undefined ? {} : { versionArn }),
    ...(aliasArn === undefined ? {} : { aliasArn }),
  }
  putNewExecution(tx, record)
  const execution = newExecution(
    JSON.parse(revision.definition) as Machine,
    {
      id: arn,
      name,
      input: value,
      text: record.input,
      roleArn: revision.roleArn,
      stateMachine: { id: machine.arn, name: machine.name },
    },
    call.now,
  )
  const state: ExecutionState = { execution, begun: false, timers: [] }
  env.works.start(tx, {
    id: arn,
    kind: executionKind,
    state,
    cause: because(call.cause, { kind: 'execution', id: arn, name }),
  })
  return record
}

/** What an execution runs with; a machine's record holds more. */
const pick = ({ definition, roleArn, logging, tracing, encryption, updated, revisionId }: Target['revision']) => ({
  definition,
  roleArn,
  logging,
  tracing,
  encryption,
  updated,
  ...(revisionId === undefined ? {} : { revisionId }),
})

const share = (env: Env) => Buffer.from(env.ids.bytes(4)).readUInt32BE(0) / 2 ** 32

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
export const startExecution = operation<typeof sfn, 'StartExecution'>({
  authorize: input => [{ action: 'states:StartExecution', resource: input.stateMachineArn ?? '' }],
  run(input, { tx, call, env }) {
    const target = findTarget(tx, input.stateMachineArn, share(env))
    const { machine } = target
    const name = nameOf(input.name, env)
    if (machine.type === 'EXPRESS') {
      const express = begin(input, target, expressArn(machine, machine.name, name, env.ids.uuid()), name, tx, call, env)
      return { executionArn: express.arn, startDate: new Date(express.start) }
    }
    const known = executions.get(tx, machine.account, machine.region, machine.name, name)
    if (known !== undefined && (known.status !== 'RUNNING' || known.input !== (input.input ?? '{}')))
      throw executionExists(known.arn)
    const record = known ?? begin(input, target, executionArn(machine, machine.name, name), name, tx, call, env)
    return { executionArn: record.arn, startDate: new Date(record.start) }
  },
})

function nameOf(name: string | undefined, env: Env): string {
  if (name !== undefined && !validName(name)) throw invalidName(name)
  return name ?? env.ids.uuid()
}

/**
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html
 * The execution begins and ends in the stage; the answer is what its record then says.
 */
export const startSyncExecution = operation<typeof sfn, 'StartSyncExecution', ExecutionRecord>({
  authorize: input => [{ action: 'states:StartSyncExecution', resource: input.stateMachineArn ?? '' }],
  async stage(input, { read, call, env }) {
    const target = findTarget(read, input.stateMachineArn, share(env))
    if (target.machine.type !== 'EXPRESS') throw typeNotSupported()
    const name = nameOf(input.name, env)
    const arn = expressArn(target.machine, target.machine.name, name, env.ids.uuid())
    const record = env.store.transact(tx => begin(input, target, arn, name, tx, call, env))
    for (;;) {
      const now = executions.get(env.store, ...executionKey(record))
      if (now !== undefined && now.status !== 'RUNNING') return now
      if (env.works.stopping().aborted) throw new Interrupted()
      await new Promise<void>(resolve => env.clock.after(5, resolve))
    }
  },
  run: (_input, { call }, record) => ({
    executionArn: record.arn,
    stateMachineArn: record.machineArn,
    name: record.name.split(':')[0] ?? record.name,
    startDate: new Date(record.start),
    stopDate: new Date(record.stop ?? call.now),
    status: record.status as 'SUCCEEDED',
    input: record.input,
    inputDetails: { included: true },
    ...outcome(record),
    billingDetails: {
      billedMemoryUsedInMB: 64,
      billedDurationInMilliseconds: Math.ceil(((record.stop ?? call.now) - record.start) / 100) * 100,
    },
  }),
})

const outcome = ({ output, error, cause }: ExecutionRecord) => ({
  ...(output === undefined ? {} : { output, outputDetails: { included: true } }),
  ...(error === undefined ? {} : { error }),
  ...(cause === undefined ? {} : { cause }),
})

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html */
export const stopExecution = operation<typeof sfn, 'StopExecution'>({
  authorize: input => [{ action: 'states:StopExecution', resource: input.executionArn ?? '' }],
  run(input, { tx, call, env }) {
    const record = findExecution(tx, input.executionArn)
    if (record.type === 'EXPRESS') throw typeNotSupported()
    if (record.status !== 'RUNNING') return { stopDate: new Date(record.stop ?? call.now) }
    if (record.mapRunArn !== undefined) throw notImplemented('StopExecution of one child of a Map Run')
    const { error, cause } = input
    const data = {
      type: 'stop-requested',
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    }
    env.works.signal(tx, record.arn, { name: 'event', data })
    return { stopDate: new Date(call.now) }
  },
})

const redrive = ({ status, type }: ExecutionRecord) =>
  status === 'SUCCEEDED' || type === 'EXPRESS'
    ? { redriveStatus: 'NOT_REDRIVABLE' as const, redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven' }
    : status === 'RUNNING'
      ? { redriveStatus: 'NOT_REDRIVABLE' as const, redriveStatusReason: 'Execution is RUNNING and cannot be redriven' }
      : { redriveStatus: 'REDRIVABLE' as const }

/** Express executions are not described, listed or given a history: their record is their log. */
function standard(read: Reader, arn: string | undefined): ExecutionRecord {
  const record = findExecution(read, arn)
  if (record.type === 'EXPRESS') throw typeNotSupported()
  return record
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html */
export const describeExecution = operation<typeof sfn, 'DescribeExecution'>({
  authorize: input => [{ action: 'states:DescribeExecution', resource: input.executionArn ?? '' }],
  run(input, { tx }) {
    const record = standard(tx, input.executionArn)
    return {
      executionArn: record.arn,
      stateMachineArn: record.machineArn,
      name: record.name,
      status: record.status,
      startDate: new Date(record.start),
      ...(record.stop === undefined ? {} : { stopDate: new Date(record.stop) }),
      input: record.input,
      inputDetails: { included: true },
      ...(record.trace === undefined ? {} : { traceHeader: record.trace }),
      ...outcome(record),
      ...qualified(record),
      redriveCount: 0,
      ...redrive(record),
    }
  },
})

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachineForExecution.html */
export const describeStateMachineForExecution = operation<typeof sfn, 'DescribeStateMachineForExecution'>({
  authorize: input => [{ action: 'states:DescribeStateMachineForExecution', resource: input.executionArn ?? '' }],
  run(input, { tx }) {
    const { machineArn, machineName, mapRunArn, revision } = standard(tx, input.executionArn)
    return {
      stateMachineArn: machineArn,
      name: machineName,
      ...(mapRunArn === undefined ? {} : { mapRunArn, label: machineName.split('/')[1] ?? '' }),
      updateDate: new Date(revision.updated),
      ...revisionMembers(revision),
    }
  },
})
