import type * as sfn from '@aws-sdk/client-sfn'
import { notImplemented } from '../../engine/index.ts'
import { type Call, type Demand, operation, requestTags, resourceTags } from '../../gate/index.ts'
import { machineArn, validName } from './arn.ts'
import { parseDefinition, refusal } from './asl/index.ts'
import { invalidDefinition, invalidName, missingParameter, required, stateMachineExists, validation } from './errors.ts'
import { ensureManagedRules } from './managed-rule.ts'
import { findMachine, machines, type Revision, type StateMachine } from './state-machine.ts'
import { mustBeTags, tagRecord } from './tag.ts'
import { publish } from './version.ts'

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html */
export const passRole = (roleArn: string | undefined): Demand[] =>
  roleArn === undefined
    ? []
    : [{ action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': 'states.amazonaws.com' } }]

function mustParse(definition: string | undefined, type: StateMachine['type']): string {
  if (definition === undefined) throw required('definition')
  const { findings } = parseDefinition(definition, type)
  if (findings.length > 0) throw invalidDefinition(refusal(findings))
  return definition
}

function refuseLogging(logging: sfn.LoggingConfiguration | undefined): sfn.LoggingConfiguration {
  if (logging?.level !== undefined && logging.level !== 'OFF')
    throw notImplemented('LoggingConfiguration of a state machine')
  return { level: 'OFF', includeExecutionData: logging?.includeExecutionData ?? false }
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html */
export const createStateMachine = operation<typeof sfn, 'CreateStateMachine', void>({
  authorize(input, { call }) {
    const tags = tagRecord(input.tags)
    const resource = machineArn(call, input.name ?? '')
    const context = { ...requestTags(tags), ...resourceTags(tags) }
    return [
      { action: 'states:CreateStateMachine', resource, context },
      ...(Object.keys(tags).length === 0 ? [] : [{ action: 'states:TagResource', resource, context }]),
      ...(input.publish === true ? [{ action: 'states:PublishStateMachineVersion', resource }] : []),
      ...passRole(input.roleArn),
    ]
  },
  async stage(input, { call, env }) {
    const draft = draftOf(input, call)
    await ensureManagedRules(draft.definition, draft.roleArn, call, env)
  },
  run(input, { tx, call }) {
    const draft = draftOf(input, call)
    const known = machines.get(tx, call.account, call.region, draft.name)
    if (known !== undefined) {
      if (!same(known, draft)) throw stateMachineExists(known.arn)
      return { stateMachineArn: known.arn, creationDate: new Date(known.created) }
    }
    machines.put(tx, [call.account, call.region, draft.name], draft)
    const version = input.publish === true ? publish(tx, draft, input.versionDescription, call.now) : undefined
    return {
      stateMachineArn: draft.arn,
      creationDate: new Date(draft.created),
      ...(version === undefined ? {} : { stateMachineVersionArn: version.arn }),
    }
  },
})

function draftOf(input: sfn.CreateStateMachineInput, call: Call): StateMachine {
  if (input.name === undefined) throw required('name')
  if (!validName(input.name)) throw invalidName(input.name)
  if (input.roleArn === undefined) throw required('roleArn')
  if (input.versionDescription !== undefined && input.publish !== true)
    throw validation('Version description can only be set when publish is true')
  mustBeTags(input.tags ?? [])
  const type = input.type ?? 'STANDARD'
  return {
    arn: machineArn(call, input.name),
    account: call.account,
    region: call.region,
    name: input.name,
    type,
    created: call.now,
    updated: call.now,
    tags: tagRecord(input.tags),
    nextVersion: 1,
    definition: mustParse(input.definition, type),
    roleArn: input.roleArn,
    logging: refuseLogging(input.loggingConfiguration),
    tracing: { enabled: input.tracingConfiguration?.enabled ?? false },
    encryption: refuseKey(input.encryptionConfiguration),
  }
}

function refuseKey(encryption: sfn.EncryptionConfiguration | undefined): sfn.EncryptionConfiguration {
  if (encryption?.type === 'CUSTOMER_MANAGED_KMS_KEY')
    throw notImplemented('EncryptionConfiguration with a customer managed key')
  return { type: 'AWS_OWNED_KEY' }
}

/** A repeated creation is idempotent when all that it names is the same; role and tags do not count. */
const same = (a: StateMachine, b: StateMachine) =>
  a.definition === b.definition &&
  a.type === b.type &&
  JSON.stringify([a.logging, a.tracing]) === JSON.stringify([b.logging, b.tracing])

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html */
export const updateStateMachine = operation<typeof sfn, 'UpdateStateMachine', void>({
  authorize: input => [
    { action: 'states:UpdateStateMachine', resource: input.stateMachineArn ?? '' },
    ...(input.publish === true
      ? [{ action: 'states:PublishStateMachineVersion', resource: input.stateMachineArn ?? '' }]
      : []),
    ...passRole(input.roleArn),
  ],
  async stage(input, { read, call, env }) {
    const machine = findMachine(read, input.stateMachineArn)
    const changed = change(machine, input, call, '')
    await ensureManagedRules(changed.definition, changed.roleArn, call, env)
  },
  run(input, { tx, call, env }) {
    const machine = findMachine(tx, input.stateMachineArn)
    const changed = { ...machine, ...change(machine, input, call, env.ids.uuid()) }
    machines.put(tx, [machine.account, machine.region, machine.name], changed)
    const version = input.publish === true ? publish(tx, changed, input.versionDescription, call.now) : undefined
    return {
      updateDate: new Date(changed.updated),
      ...(changed.revisionId === undefined ? {} : { revisionId: changed.revisionId }),
      ...(version === undefined ? {} : { stateMachineVersionArn: version.arn }),
    }
  },
})

function change(machine: StateMachine, input: sfn.UpdateStateMachineInput, call: Call, revisionId: string): Revision {
  const fields = [
    input.definition,
    input.roleArn,
    input.loggingConfiguration,
    input.tracingConfiguration,
    input.encryptionConfiguration,
  ]
  if (fields.every(field => field === undefined))
    throw missingParameter(
      'Either the definition, the role ARN, the LoggingConfiguration, the TracingConfiguration or the EncryptionConfiguration must be specified',
    )
  const changed = {
    definition: input.definition === undefined ? machine.definition : mustParse(input.definition, machine.type),
    roleArn: input.roleArn ?? machine.roleArn,
    logging: input.loggingConfiguration === undefined ? machine.logging : refuseLogging(input.loggingConfiguration),
    tracing:
      input.tracingConfiguration === undefined
        ? machine.tracing
        : { enabled: input.tracingConfiguration.enabled ?? false },
    encryption:
      input.encryptionConfiguration === undefined ? machine.encryption : refuseKey(input.encryptionConfiguration),
  }
  return { ...changed, updated: call.now, revisionId: kept(machine, changed) ?? revisionId }
}

/** As recorded from AWS: an update that changes nothing keeps the revision. */
function kept(machine: StateMachine, changed: Partial<Revision>): string | undefined {
  const text = (revision: object, member: string) => JSON.stringify(revision[member as never])
  const members = Object.keys(changed)
  return members.every(member => text(machine, member) === text(changed, member)) ? machine.revisionId : undefined
}
