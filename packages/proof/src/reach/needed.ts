import {
  type AccessRequest,
  arnLike,
  type ConditionBlock,
  decide,
  type Policy,
  parsePolicy,
  type Statement,
} from '@tripoint/iam'
import type { Access } from '@tripoint/pipeline'
import type { Needs } from '../needs/need.ts'
import { askerOf } from '../world/request.ts'
import { overlap } from './overlap.ts'

/** What is on the list for each principal: that it can be done is no news. */
export interface Needed {
  /** of what could be about something of these patterns; undefined: nothing is */
  policyOf(principal: string, patterns: readonly string[]): Policy | undefined
  allows(principal: string, request: AccessRequest): boolean
  /** Is everything that the statement allows on the list? Read off its text: at most when it is. */
  covers(principal: string, statement: Statement): boolean
}

export function neededOf(needs: Needs): Needed {
  const lists = Map.groupBy(
    needs.list.map(({ access }) => access),
    askerOf,
  )
  const policies = new Map([...lists].map(([who, list]) => [who, policyOf(who, list)]))
  return {
    policyOf(who, patterns) {
      const list = lists.get(who)?.filter(({ resource }) => patterns.some(pattern => overlap(resource, pattern))) ?? []
      return list.length > 0 ? policyOf(who, list) : undefined
    },
    allows(who, request) {
      const policy = policies.get(who)
      return policy !== undefined && decide(asOwner(request, policy)).allowed
    },
    covers: (who, { Action, Resource, Condition }) =>
      Action?.every(action => Resource?.every(resource => isListed(lists.get(who), action, resource, Condition))) ??
      false,
  }
}

const policyOf = (who: string, list: readonly Access[]): Policy => ({
  kind: 'identity',
  name: `what ${who} needs`,
  document: parsePolicy({
    Version: '2012-10-17',
    Statement: list.map(({ action, resource, conditions }) => ({
      Effect: 'Allow',
      Action: action,
      Resource: resource,
      ...(conditions ? { Condition: conditions } : {}),
    })),
  }),
})

const OWNER = '000000000000'

/** The list is asked as if it were an identity policy in the resource's account: it alone then decides. */
const asOwner = ({ action, resource, context }: AccessRequest, policy: Policy): AccessRequest => ({
  requester: {
    type: 'assumed-role',
    arn: `arn:aws:sts::${OWNER}:assumed-role/listed/session`,
    account: OWNER,
    roleArn: `arn:aws:iam::${OWNER}:role/listed`,
    uniqueId: 'AROALISTED:session',
  },
  action,
  resource,
  resourceAccount: OWNER,
  context,
  identity: [policy],
})

const isListed = (
  list: readonly Access[] | undefined,
  action: string,
  resource: string,
  condition: ConditionBlock = {},
): boolean =>
  list?.some(
    each =>
      each.action.toLowerCase() === action.toLowerCase() &&
      (each.resource === resource ||
        each.resource === '*' ||
        (!/[*?$]/.test(resource) && arnLike(each.resource, resource))) &&
      holdsAll(each.conditions, condition),
  ) ?? false

/** Each condition of the list stands in the statement too, word for word. */
const holdsAll = (wanted: Access['conditions'], condition: ConditionBlock): boolean =>
  Object.entries(wanted ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => {
      const said = condition[operator]?.[key]
      return said?.length !== undefined && said.every(value => [values].flat().includes(value))
    }),
  )
