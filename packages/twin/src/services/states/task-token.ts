import type * as sfn from '@aws-sdk/client-sfn'
import type { Reader } from '../../engine/index.ts'
import { type Call, type Demand, type Env, operation } from '../../gate/index.ts'
import { type Event, type Json, parseJsonText } from './asl/index.ts'
import { invalidOutput, invalidToken, taskTimedOut } from './errors.ts'
import { findExecution } from './execution-record.ts'
import { tokens } from './task-work.ts'

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html: on the state machine or activity. */
function demand(action: string, token: string | undefined, read: Reader, call: Call): Demand[] {
  const task = token === undefined ? undefined : tokens.get(read, token)
  const resource =
    task === undefined
      ? `arn:aws:states:${call.region}:${call.account}:stateMachine:*`
      : findExecution(read, task.execution).machineArn
  return [{ action: `states:${action}`, resource }]
}

/** A token whose task is over, or timed out, is as good as none. */
function taskOf(read: Reader, token: string | undefined): { execution: string; task: string } {
  if (token === undefined || token === '') throw invalidToken('Invalid token')
  const task = tokens.get(read, token)
  if (task === undefined) throw taskTimedOut()
  return task
}

const tell = (env: Env, tx: Parameters<Env['works']['signal']>[0], execution: string, data: Event) =>
  env.works.signal(tx, execution, { name: 'event', data })

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html */
export const sendTaskSuccess = operation<typeof sfn, 'SendTaskSuccess'>({
  authorize: (input, { read, call }) => demand('SendTaskSuccess', input.taskToken, read, call),
  run(input, { tx, env }) {
    const { execution, task } = taskOf(tx, input.taskToken)
    const output = parseJsonText(input.output ?? '')
    if ('error' in output) throw invalidOutput(output.error.message)
    tokens.delete(tx, input.taskToken as string)
    tell(env, tx, execution, { type: 'task-succeeded', id: task, output: output.value as Json })
    return {}
  },
})

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html */
export const sendTaskFailure = operation<typeof sfn, 'SendTaskFailure'>({
  authorize: (input, { read, call }) => demand('SendTaskFailure', input.taskToken, read, call),
  run(input, { tx, env }) {
    const { execution, task } = taskOf(tx, input.taskToken)
    tokens.delete(tx, input.taskToken as string)
    const cause = input.cause === undefined ? {} : { cause: input.cause }
    tell(env, tx, execution, { type: 'task-failed', id: task, error: input.error ?? '', ...cause })
    return {}
  },
})

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskHeartbeat.html */
export const sendTaskHeartbeat = operation<typeof sfn, 'SendTaskHeartbeat'>({
  authorize: (input, { read, call }) => demand('SendTaskHeartbeat', input.taskToken, read, call),
  run(input, { tx, env }) {
    const { execution, task } = taskOf(tx, input.taskToken)
    tell(env, tx, execution, { type: 'task-heartbeat', id: task })
    return {}
  },
})
