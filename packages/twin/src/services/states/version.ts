import type * as sfn from '@aws-sdk/client-sfn'
import type { Tx } from '../../engine/index.ts'
import { operation } from '../../gate/index.ts'
import { parseArn } from './arn.ts'
import { conflict } from './errors.ts'
import { page } from './page.ts'
import { aliases, findMachine, machines, type StateMachine, type Version, versions } from './state-machine.ts'

/** The same revision is published once. */
export function publish(tx: Tx, machine: StateMachine, description: string | undefined, now: number): Version {
  const { account, region, name } = machine
  const latest = versions.get(tx, account, region, name, machine.nextVersion - 1)
  if (latest !== undefined && latest.revisionId === machine.revisionId) return latest
  const number = machine.nextVersion
  const { definition, roleArn, logging, tracing, encryption, updated, revisionId } = machine
  machines.put(tx, [account, region, name], { ...machine, nextVersion: number + 1 })
  return versions.put(tx, [account, region, name, number], {
    arn: `${machine.arn}:${number}`,
    number,
    created: now,
    definition,
    roleArn,
    logging,
    tracing,
    encryption,
    updated,
    ...(revisionId === undefined ? {} : { revisionId }),
    ...(description === undefined ? {} : { description }),
  })
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_PublishStateMachineVersion.html */
export const publishStateMachineVersion = operation<typeof sfn, 'PublishStateMachineVersion'>({
  authorize: input => [{ action: 'states:PublishStateMachineVersion', resource: input.stateMachineArn ?? '' }],
  run(input, { tx, call }) {
    const machine = findMachine(tx, input.stateMachineArn)
    if (input.revisionId !== undefined && input.revisionId !== (machine.revisionId ?? 'INITIAL'))
      throw conflict(
        `Failed to publish the State Machine version for revision ${input.revisionId}. The current State Machine revision is ${machine.revisionId ?? 'INITIAL'}.`,
      )
    const version = publish(tx, machine, input.description, call.now)
    return { stateMachineVersionArn: version.arn, creationDate: new Date(version.created) }
  },
})

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachineVersions.html */
export const listStateMachineVersions = operation<typeof sfn, 'ListStateMachineVersions'>({
  authorize: input => [{ action: 'states:ListStateMachineVersions', resource: input.stateMachineArn ?? '' }],
  run(input, { tx }) {
    const { account, region, name } = findMachine(tx, input.stateMachineArn)
    const all = [...versions.list(tx, account, region, name)].reverse()
    const { shown, ...more } = page(all, input)
    return {
      stateMachineVersions: shown.map(({ arn, created }) => ({
        stateMachineVersionArn: arn,
        creationDate: new Date(created),
      })),
      ...more,
    }
  },
})

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachineVersion.html */
export const deleteStateMachineVersion = operation<typeof sfn, 'DeleteStateMachineVersion'>({
  authorize: input => [{ action: 'states:DeleteStateMachineVersion', resource: input.stateMachineVersionArn ?? '' }],
  run(input, { tx }) {
    const { account, region, name, qualifier } = parseArn(input.stateMachineVersionArn, 'stateMachine')
    const using = [...aliases.list(tx, account, region, name)]
      .filter(alias => alias.routes.some(route => route.stateMachineVersionArn === input.stateMachineVersionArn))
      .map(alias => alias.name)
    if (using.length > 0)
      throw conflict(
        `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${using.join(', ')}]`,
      )
    versions.delete(tx, account, region, name, Number(qualifier))
    return {}
  },
})
