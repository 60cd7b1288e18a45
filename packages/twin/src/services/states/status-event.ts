import type { Cause, Tx } from '../../engine/index.ts'
import type { Env } from '../../gate/index.ts'
import type { ExecutionRecord } from './execution-record.ts'

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html; Express executions emit none. */
export function emitStatus(tx: Tx, env: Env, record: ExecutionRecord, cause: Cause): void {
  if (record.type === 'EXPRESS') return
  env.events.emit(tx, {
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
    account: record.account,
    region: record.region,
    resources: [record.arn],
    detail: {
      executionArn: record.arn,
      stateMachineArn: record.machineArn,
      name: record.name,
      status: record.status,
      startDate: record.start,
      stopDate: record.stop ?? null,
      input: record.input,
      inputDetails: { included: true },
      output: record.output ?? null,
      outputDetails: record.output === undefined ? null : { included: true },
      stateMachineVersionArn: record.versionArn ?? null,
      stateMachineAliasArn: record.aliasArn ?? null,
      redriveCount: 0,
      redriveDate: null,
      redriveStatus: record.status === 'SUCCEEDED' || record.status === 'RUNNING' ? 'NOT_REDRIVABLE' : 'REDRIVABLE',
      redriveStatusReason: null,
      error: record.error ?? null,
      cause: record.cause ?? null,
    },
    cause,
  })
}
