import type * as sfn from '@aws-sdk/client-sfn'
import { type Call, operation } from '../../gate/index.ts'
import { parseArn } from './arn.ts'
import { type Machine, parseDefinition, variableReferences } from './asl/index.ts'
import { executions } from './execution-record.ts'
import { page } from './page.ts'
import { aliases, findTarget, machines, type Revision, type StateMachine, versions } from './state-machine.ts'

export function revisionMembers(revision: Revision) {
  const references = variableReferences(JSON.parse(revision.definition) as Machine)
  return {
    definition: revision.definition,
    roleArn: revision.roleArn,
    loggingConfiguration: revision.logging,
    tracingConfiguration: revision.tracing,
    encryptionConfiguration: revision.encryption,
    ...(revision.revisionId === undefined ? {} : { revisionId: revision.revisionId }),
    ...(Object.keys(references).length === 0 ? {} : { variableReferences: references }),
  }
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html */
export const describeStateMachine = operation<typeof sfn, 'DescribeStateMachine'>({
  authorize: input => [{ action: 'states:DescribeStateMachine', resource: input.stateMachineArn ?? '' }],
  run(input, { tx }) {
    const { machine, revision, versionArn } = findTarget(tx, input.stateMachineArn, 0)
    const version =
      versionArn === undefined
        ? undefined
        : versions.get(tx, machine.account, machine.region, machine.name, Number(versionArn.split(':').at(-1)))
    return {
      stateMachineArn: versionArn ?? machine.arn,
      name: machine.name,
      status: 'ACTIVE' as const,
      type: machine.type,
      creationDate: new Date(version?.created ?? machine.created),
      ...(version?.description === undefined ? {} : { description: version.description }),
      ...revisionMembers(revision),
    }
  },
})

const summary = ({ arn, name, type, created }: StateMachine) => ({
  stateMachineArn: arn,
  name,
  type,
  creationDate: new Date(created),
})

const here = (call: Call) => [call.account, call.region] as const

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachines.html */
export const listStateMachines = operation<typeof sfn, 'ListStateMachines'>({
  authorize: () => [{ action: 'states:ListStateMachines', resource: '*' }],
  run(input, { tx, call }) {
    const { shown, ...more } = page([...machines.list(tx, ...here(call))], input)
    return { stateMachines: shown.map(summary), ...more }
  },
})

/**
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html
 * AWS deletes in the background once running executions have been stopped; here both happen at once.
 */
export const deleteStateMachine = operation<typeof sfn, 'DeleteStateMachine'>({
  authorize: input => [{ action: 'states:DeleteStateMachine', resource: input.stateMachineArn ?? '' }],
  run(input, { tx, env }) {
    const { account, region, name } = parseArn(input.stateMachineArn, 'stateMachine')
    if (machines.get(tx, account, region, name) === undefined) return {}
    for (const execution of executions.list(tx, account, region, name))
      if (execution.status === 'RUNNING')
        env.works.signal(tx, execution.arn, { name: 'event', data: { type: 'stop-requested' } })
    for (const [key] of [...versions.entries(tx, [account, region, name])]) versions.delete(tx, ...key)
    for (const [key] of [...aliases.entries(tx, [account, region, name])]) aliases.delete(tx, ...key)
    machines.delete(tx, account, region, name)
    return {}
  },
})

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html */
export const validateStateMachineDefinition = operation<typeof sfn, 'ValidateStateMachineDefinition'>({
  authorize: () => [{ action: 'states:ValidateStateMachineDefinition', resource: '*' }],
  run(input) {
    const { findings } = parseDefinition(input.definition ?? '', input.type ?? 'STANDARD')
    const limit = input.maxResults === undefined || input.maxResults === 0 ? 100 : input.maxResults
    const diagnostics = findings
      .slice(0, limit)
      .map(({ severity, code, message, location }) => ({ severity, code, message, location }))
    return {
      result: findings.length === 0 ? ('OK' as const) : ('FAIL' as const),
      diagnostics,
      truncated: findings.length > limit,
    }
  },
})
