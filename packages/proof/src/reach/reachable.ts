import type { AccessRequest, ConditionBlock } from '@tripoint/iam'
import type { Needs } from '../needs/need.ts'
import { quoteRefs } from '../proof/quoted.ts'
import { Tally } from '../proof/tally.ts'
import type { Quoted, Reach, Witness } from '../report/report.ts'
import type { World } from '../world/world.ts'
import { chosen } from './candidates.ts'
import { neededOf } from './needed.ts'
import { type Protected, protectedIn } from './protected.ts'
import { type Found, found } from './solve.ts'
import { knownIn } from './stranger.ts'
import { type Subject, type Surroundings, subjectsOf } from './subject.ts'
import { consequenceOf, cureOf } from './words.ts'

/** Who is not on the list and can do something to a thing of the world: over all principals of all accounts, those too that nobody declared. */
export function reachable(world: World, needs: Needs, tally: Tally = new Tally()): Reach[] {
  const around = surroundingsOf(world, needs)
  return world.resources
    .flatMap(protectedIn)
    .flatMap(thing =>
      subjectsOf(thing, around).flatMap(subject =>
        reachesOf(world, thing, subject, found(world, thing, subject, around.needed, tally)),
      ),
    )
}

function surroundingsOf(world: World, needs: Needs): Surroundings {
  const accounts = Map.groupBy(world.principals, ({ account }) => account)
  return {
    world,
    known: knownIn(world, needs),
    needed: neededOf(needs),
    inAccount: account => accounts.get(account) ?? [],
  }
}

/** Told apart: what is allowed for sure and what may be, and what is allowed only where a condition holds. */
function reachesOf(
  world: World,
  { resource, actions: asked }: Protected,
  { who, kind }: Subject,
  all: readonly Found[],
): Reach[] {
  const told = all.map(each => ({ ...each, statements: quoted(world, each) }))
  const groups = Map.groupBy(told, ({ undecided, statements }) => JSON.stringify([undecided, conditionOf(statements)]))
  return [...groups.values()].map(group => {
    const statements = distinct(group.flatMap(each => each.statements))
    const named = group.flatMap(({ request }) => request?.action ?? [])
    const actions = named.length > 0 ? named : asked
    const condition = conditionOf(group[0]!.statements)
    return {
      resource: resource.arn,
      who,
      kind,
      actions,
      ...(condition ? { condition } : {}),
      verdict: group[0]!.undecided === undefined ? ('reachable' as const) : ('undecided' as const),
      statements,
      ...(group[0]!.request ? { witness: witnessOf(group[0]!.request) } : {}),
      consequence: consequenceOf(resource, who, actions),
      cure: cureOf(statements),
    }
  })
}

/** What is taken as given, of somebody whose policies are not known, is no statement. */
const quoted = (world: World, { by }: Found): Quoted[] =>
  quoteRefs(world, by).filter(({ text, side }) => text !== '' || side === 'root')

const distinct = (statements: readonly Quoted[]): Quoted[] => [
  ...new Map(statements.map(each => [`${each.policy} ${each.index}`, each])).values(),
]

/** What has to hold beside who asks, of all the statements together. */
function conditionOf(statements: readonly Quoted[]): ConditionBlock | undefined {
  const blocks = statements.flatMap(({ text }) => {
    const block = text === '' ? undefined : chosen(listed(JSON.parse(text).Condition))
    return block ? [block] : []
  })
  return blocks.length === 0 ? undefined : Object.assign({}, ...blocks)
}

const listed = (block: Readonly<Record<string, object>> | undefined): ConditionBlock =>
  Object.fromEntries(
    Object.entries(block ?? {}).map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, [values].flat()])),
    ]),
  )

function witnessOf({ requester, action, resource, context }: AccessRequest): Witness {
  const principal = requester.service
    ? `service:${requester.service}`
    : (requester.roleArn ?? (requester.arn || 'anonymous'))
  return { principal, action, resource, context }
}
