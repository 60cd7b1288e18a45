import { type PolicyDocument, parsePolicy } from '@tripoint/iam'
import data from './managed-policies.json' with { type: 'json' }

/**
 * What AWS's managed policies allow, in the versions that were the default in February 2025, said in our own order:
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 *
 * Only services that a delivery line can meet are carried; `leftOut` names the others, so that nothing is claimed of them.
 * AWS adds to its policies and takes nothing away, so what is allowed here is allowed today.
 */
interface Carried {
  /** between `policy/` and the name */
  readonly path?: string
  readonly version: string
  readonly edited: string
  readonly leftOut?: readonly string[]
  readonly allow: readonly Row[]
}

/** One `Allow`: on everything unless it says on what. */
interface Row {
  readonly actions?: readonly string[]
  readonly except?: readonly string[]
  readonly on?: readonly string[]
  readonly notOn?: readonly string[]
  readonly when?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

const POLICIES = new Map(
  Object.entries(data as Readonly<Record<string, Carried>>).map(([name, carried]) => [
    `arn:aws:iam::aws:policy/${carried.path ?? ''}${name}`,
    carried,
  ]),
)

export const managedPolicyArns: readonly string[] = [...POLICIES.keys()]

/** undefined for a policy that is not carried here: what it allows is not known. */
export function managedPolicy(arn: string): PolicyDocument | undefined {
  const carried = POLICIES.get(arn)
  if (carried === undefined) return undefined
  return parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: carried.allow.map(statementOf) }), 'managed')
}

/** Services of which AWS's policy says something that is not carried here. */
export const leftOutOf = (arn: string): readonly string[] => POLICIES.get(arn)?.leftOut ?? []

const statementOf = ({ actions, except, on, notOn, when }: Row) => ({
  Effect: 'Allow',
  ...(actions ? { Action: actions } : { NotAction: except }),
  ...(notOn ? { NotResource: notOn } : { Resource: on ?? '*' }),
  ...(when ? { Condition: when } : {}),
})
