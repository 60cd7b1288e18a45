import { type AccessRequest, decide, type Policy, parseArn, parsePolicy, requesterOf, wildcard } from '@tripoint/iam'
import type { Definition } from '@tripoint/pipeline'
import { needsOf, type World } from '@tripoint/proof'
import { random } from '../journeys/crash/random.ts'
import type { Claim } from './outcome.ts'

type Witness = Claim['witness']
type Context = Record<string, string | readonly string[]>

/** What the proof says of any request, worked out from the needs alone: no policy of the templates is looked at. */
export interface Proof {
  expected(witness: Witness): boolean
  /** What the policies of the templates say. */
  decided(witness: Witness): boolean
  /** Of the policies' own words, and near misses of them. */
  draw(seed: number): () => Witness
}

const parsed = (Statement: readonly object[]) => parsePolicy({ Version: '2012-10-17', Statement })
const policy = (kind: Policy['kind'], name: string, statements: readonly object[]): Policy => ({
  kind,
  name,
  document: statements.length === 0 ? { Version: '2012-10-17', Statement: [] } : parsed(statements),
})
const ANYTHING = policy('identity', 'all rights', [{ Effect: 'Allow', Action: '*', Resource: '*' }])

/** All-powerful in their accounts, and not on the list. */
const STRANGERS = ['111111111111', '222222222222', '333333333333', '444444444444'].map(
  account => `arn:aws:iam::${account}:role/people-administrator`,
)

export function proofOf(world: World, definition: Definition): Proof {
  const needs = needsOf(definition, world)
  const nameOf = ({ access: { principal } }: (typeof needs.list)[number]) =>
    principal.kind === 'service' ? `service:${principal.name}` : principal.arn
  const own = Map.groupBy(needs.list, nameOf)
  const needed = new Map(
    [...own].map(([who, list]) => [
      who,
      policy(
        'identity',
        who,
        list.map(({ access: { action, resource, conditions } }) => ({
          Effect: 'Allow',
          Action: action,
          Resource: resource,
          ...(conditions ? { Condition: conditions } : {}),
        })),
      ),
    ]),
  )
  const guards = policy(
    'resource',
    'guards',
    needs.guards.map(({ action, resources, conditions }) => ({
      Effect: 'Deny',
      Principal: '*',
      Action: action,
      Resource: resources,
      Condition: conditions,
    })),
  )
  const resourceOf = (arn: string) =>
    world.resources.find(
      each => each.arn === arn || (arn.startsWith('arn:aws:s3:::') && each.arn === arn.split('/')[0]),
    )

  /** Of an image in AWS's own account, only our side is ours to say. */
  const accountOf = ({ principal, resource }: Witness): string => {
    const named = resourceOf(resource)?.account ?? parseArn(resource)?.account ?? ''
    return Object.values(definition.accounts).includes(named) ? named : requesterOf(principal).account
  }

  const plain = ({ principal, action, resource, context }: Witness, identity: readonly Policy[]): AccessRequest => {
    const requester = requesterOf(principal)
    return { requester, action, resource, resourceAccount: requester.account, context, identity }
  }

  return {
    expected(witness) {
      const { principal, action, resource } = witness
      const someone = { ...witness, principal: STRANGERS[0] as string }
      if (decide({ ...plain(someone, [ANYTHING]), resourcePolicy: guards }).reason === 'explicit-deny') return false
      const mine = needed.get(principal)
      // Services have no account and no policies: what they need is asked as if somebody had it.
      if (mine !== undefined) return decide(plain({ ...witness, principal: holder(principal) }, [mine])).allowed
      const there = resourceOf(resource)
      const { account } = requesterOf(principal)
      if (account === '' || account !== accountOf(witness)) return false
      if (there?.rule === 'key')
        return needs.administration.some(
          each =>
            each.owner === resource && each.actions.some(one => wildcard(one.toLowerCase())(action.toLowerCase())),
        )
      return !(there?.rule === 'trust' && action.startsWith('sts:'))
    },
    decided(witness) {
      const { principal, action, resource, context } = witness
      const requester = requesterOf(principal)
      const there = resourceOf(resource)
      const trust = action.startsWith('sts:')
      const side = there?.policy && (there.rule !== 'trust' || trust) ? there.policy.policy : undefined
      const written = world.principals.find(({ arn }) => arn === principal)?.identity.map(each => each.policy)
      return decide({
        requester,
        action,
        resource,
        resourceAccount: accountOf(witness),
        resourceRule: there?.rule === 'trust' && !trust ? 'plain' : (there?.rule ?? 'plain'),
        context,
        identity: requester.account === '' ? [] : (written ?? [ANYTHING]),
        ...(side ? { resourcePolicy: side } : {}),
        ...(there?.type === 'AWS::S3::Bucket' ? { bucket: { restrictPublic: true } } : {}),
      }).allowed
    },
    draw(seed) {
      const { uniform } = random(seed)
      const one = <Item>(items: readonly Item[]): Item => items[Math.floor(uniform(0, items.length))] as Item
      const chance = (share: number) => uniform(0, 1) < share
      const principals = [...own.keys(), ...STRANGERS]
      const statements = world.policies.flatMap(({ policy: { document }, owner }) =>
        document.Statement.map(statement => ({ statement, owner })),
      )
      const list = needs.list
      const ofNone = new Set(list.flatMap(({ access }) => (access.resource === '*' ? [access.action] : [])))
      const actions = [
        ...new Set([
          ...list.map(({ access }) => access.action),
          ...statements.flatMap(({ statement }) => statement.Action ?? []),
        ]),
      ]
      const resources = [
        ...new Set([
          ...list.map(({ access }) => access.resource),
          ...statements.flatMap(({ statement }) => statement.Resource ?? []),
          ...world.resources.flatMap(({ arn, rule, policy: side }) => (side || rule !== 'plain' ? [arn] : [])),
        ]),
      ]
      const conditions = [
        ...list.flatMap(({ access }) => Object.values(access.conditions ?? {})),
        ...statements.flatMap(({ statement }) => Object.values(statement.Condition ?? {})),
      ].flatMap(keys => Object.entries(keys as Record<string, string | readonly string[]>))
      const filled = (pattern: string) =>
        pattern.replaceAll('*', () => one(['', 'x', 'data/x', 'churn-train-x', '*'])).replaceAll('?', 'x')
      const value = (said: string | readonly string[]) => {
        const first = typeof said === 'string' ? said : (said[0] ?? '')
        return one([filled(first), filled(first), `${filled(first)}x`, '', 'true', 'false', 'aws:kms'])
      }
      const WHO = /^aws:(PrincipalArn|ResourceAccount)$/i
      return () => {
        const need = one(list)
        const context: Context = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' }
        for (const keys of Object.values(need.access.conditions ?? {}))
          for (const [key, said] of Object.entries(keys))
            if (chance(0.9)) context[key] = filled(typeof said === 'string' ? said : (said[0] ?? ''))
        if (chance(0.2)) {
          const [key, said] = one(conditions)
          if (!WHO.test(key)) context[key] = value(said)
        }
        if (chance(0.03)) context['aws:SecureTransport'] = 'false'
        if (chance(0.03)) context['s3:TlsVersion'] = '1.1'
        const action = chance(0.75) ? need.access.action : filled(one(actions))
        return {
          principal: chance(0.75) ? nameOf(need) : one(principals),
          action,
          resource: ofNone.has(action) ? '*' : filled(chance(0.75) ? need.access.resource : one(resources)),
          context,
        }
      }
    },
  }
}

const holder = (principal: string) => (principal.startsWith('service:') ? (STRANGERS[0] as string) : principal)
