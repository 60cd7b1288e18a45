import {
  type AccessRequest,
  decide,
  type EntryUse,
  type Policy,
  parsePolicy,
  type ReachQuestion,
  reach,
  requesterOf,
  type Subject,
  wildcard,
} from '@tripoint/iam'
import { type AccessLevel, accessLevel } from '../catalogue/catalogue.ts'
import { type Operations, operationsOf } from '../catalogue/operations.ts'
import { arnsOverlap as overlap } from '../catalogue/overlap.ts'
import type { Excess, Witness } from '../report/report.ts'
import { principalOf, requestIn } from '../world/request.ts'
import type { Resource, World } from '../world/world.ts'
import type { Compared } from './compared.ts'
import { mergedContext, TODAY } from './sample.ts'
import type { Surroundings } from './surroundings.ts'

export interface Effect {
  readonly harm: Excess['harm']
  readonly witness?: Witness
}

/**
 * Whether what an entry allows beyond the needs comes about: a request that AWS really knows, which all other sides let through.
 * `latent` is a claim too: that there is none, with the policies as they are.
 */
export function effectOf({ world, needed, familiar, tally }: Surroundings, pair: Compared, use: EntryUse): Effect {
  const who = pair.side === 'identity' ? pair.owner : use.witness?.principal
  if (!use.witness || who === undefined) return { harm: 'latent' }
  // What a policy of one's own comes to is asked of it, and not of others that he might have and no template shows.
  const own = pair.side === 'identity'
  const subject = subjectOf(world, who, own)
  // Of a resource's policy what is needed of it does not count either: administration, for one.
  const except = [...(needed.get(who) ?? []), ...(own ? [] : [pair.reference.policy])]
  for (const operations of operationsOf(use.action))
    for (const target of targetsOf(world, pair, use, {
      ...operations,
      actions: worded(operations.actions, familiar),
    })) {
      const answer = tally.asked(
        `can ${who} do ${use.action} on ${target.resources.join(', ')}, beside what is needed`,
        reach({ ...target, subject, except: [...(target.except ?? []), ...except], context: TODAY }),
      )
      if (answer.verdict !== 'refuted') continue
      const witness = wordsOf(who, answer.witness)
      if (decide(requestIn(world, witness, own ? 'at-least' : 'at-most')).allowed) return { harm: 'effective', witness }
    }
  return {
    harm: 'latent',
    witness: { ...use.witness, principal: who, context: mergedContext(TODAY, use.witness.context) },
  }
}

const LEVELS: readonly (AccessLevel | undefined)[] = ['Permissions management', 'Write', 'Tagging', 'Read', 'List']

/** The first that is possible is the one that is told: what is known, then what is worst. */
const worded = (actions: readonly string[], familiar: ReadonlySet<string>): string[] => {
  const rank = (action: string) => (familiar.has(action) ? -1 : LEVELS.indexOf(accessLevel(action)))
  return actions.toSorted((a, b) => rank(a) - rank(b))
}

function subjectOf(world: World, who: string, own: boolean): Subject {
  const principal = principalOf(world, who)
  const requester = requesterOf(who)
  if (!principal || !(principal.made || own))
    return { kind: 'anyone', include: [who], exclude: [], account: requester.account || undefined }
  const identity = principal.identity.map(({ policy }) => policy)
  return {
    kind: 'known',
    requester,
    identity,
    ...(principal.boundary ? { boundary: principal.boundary.policy } : {}),
  }
}

/**
 * An action without resources is asked about `*`, which no ARN in a policy stands for. As a pattern it would be everything, so what
 * is asked about is a text of one character.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#actions_table
 */
const NONE = '*'
const ANY_CHARACTER = '?'

type Target = Omit<ReachQuestion, 'subject' | 'context'>

function targetsOf(world: World, pair: Compared, use: EntryUse, { actions, resource }: Operations): Target[] {
  const shared = { actions, actionNames: actions }
  const entry = use.resource ?? '*'
  const nothing = resource === NONE
  const own = pair.side !== 'identity'
  const about = (nothing ? [] : own ? world.resources.filter(({ arn }) => arn === pair.owner) : guarded(world)).flatMap(
    (each): Target[] => {
      const within = partsOf(each).filter(part => overlap(part, resource) && (own || overlap(part, entry)))
      if (within.length === 0 || (own && isBesideTrust(each, actions))) return []
      return [{ ...shared, ...sideOf(each, actions), resources: within }]
    },
  )
  if (own || isGuarded(actions[0] ?? '')) return about
  const account = requesterOf(pair.owner).account
  const elsewhere: Target = {
    ...shared,
    resources: [nothing ? ANY_CHARACTER : inAccount(resource, account, regionOf(world, account))],
    resourceAccount: account,
    resourceRule: 'plain',
    except: [anythingOn(guarded(world).flatMap(partsOf))],
  }
  const within = nothing ? wildcard(entry)(NONE) : overlap(elsewhere.resources[0]!, entry)
  return within ? [...about, elsewhere] : about
}

/** Keys and roles are under policies of their own: of one that no template makes, nothing can be said. */
const isGuarded = (action: string): boolean => /^(kms|sts):/i.test(action)

const guarded = (world: World): Resource[] => world.resources.filter(({ policy, rule }) => policy || rule !== 'plain')

const partsOf = ({ arn }: Resource): string[] => (/^arn:[^:]+:s3:::/.test(arn) ? [arn, `${arn}/*`] : [arn])

/** A role's trust policy says who becomes it, and nothing of who passes or changes it. */
const isBesideTrust = ({ rule }: Resource, actions: readonly string[]): boolean =>
  rule === 'trust' && !/^sts:/i.test(actions[0] ?? '')

const sideOf = (resource: Resource, actions: readonly string[]): Omit<Target, 'actions' | 'resources'> => {
  const { account, rule, policy } = resource
  if (isBesideTrust(resource, actions)) return { resourceAccount: account, resourceRule: 'plain' }
  return { resourceAccount: account, resourceRule: rule, ...(policy ? { resourcePolicy: policy.policy } : {}) }
}

function inAccount(pattern: string, account: string, region: string): string {
  const [arn = '', , service = '', ...rest] = pattern.split(':')
  const [where = '', whose = '', ...name] = rest
  return [arn, 'aws', service, where === '*' ? region : where, whose === '*' ? account : whose, ...name].join(':')
}

const regionOf = (world: World, account: string): string =>
  world.stacks.find(stack => stack.account === account)?.region ?? '*'

const anythingOn = (resources: readonly string[]): Policy => ({
  kind: 'identity',
  name: 'what is asked apart',
  document:
    resources.length === 0
      ? { Version: '2012-10-17', Statement: [] }
      : parsePolicy({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: resources }] }),
})

const wordsOf = (principal: string, { action, resource, context }: AccessRequest): Witness => ({
  principal,
  action,
  resource: resource.length === 1 ? NONE : resource,
  context,
})
