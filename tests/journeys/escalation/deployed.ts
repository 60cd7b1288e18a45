import { decide, wildcard } from '@tripoint/iam'
import type { Actor } from './actor.ts'
import type { Ask } from './path.ts'

/** What the deployed policies say of a call, by the evaluator that the gate uses. */
export const allows = (actor: Actor, { action, resource, context }: Ask): boolean =>
  decide({
    requester: {
      type: 'assumed-role',
      arn: `arn:aws:sts::${actor.account}:assumed-role/${actor.name}/escalation`,
      account: actor.account,
      roleArn: actor.arn,
      uniqueId: 'AROAESCALATION:escalation',
    },
    action,
    resource,
    resourceAccount: actor.account,
    context,
    identity: actor.policies,
    ...(actor.boundary === undefined ? {} : { boundary: actor.boundary }),
  }).allowed

/** Which of these actions some Allow of the role names at all, on whatever resource, under whatever condition. */
export const named = (actor: Actor, actions: readonly string[]): string[] => {
  const statements = actor.policies.flatMap(({ document }) => document.Statement).filter(one => one.Effect === 'Allow')
  return actions.filter(action =>
    statements.some(
      ({ Action = [], NotAction }) => NotAction !== undefined || Action.some(one => matches(one, action)),
    ),
  )
}

/** The actions that a role's policies name, as they are written there. */
export const actionsOf = (actor: Actor): string[] => [
  ...new Set(actor.policies.flatMap(({ document }) => document.Statement.flatMap(({ Action = [] }) => Action))),
]

const matches = (pattern: string, action: string) => wildcard(pattern.toLowerCase())(action.toLowerCase())
