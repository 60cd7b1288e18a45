import { type EntryUse, entryUses, type Policy, wildcard } from '@tripoint/iam'
import type { Needs } from '../needs/need.ts'
import type { Excess } from '../report/report.ts'
import type { Compared } from './compared.ts'
import { effectOf } from './effect.ts'
import { quote } from './quoted.ts'
import { smallerPolicy } from './smaller.ts'
import type { Surroundings } from './surroundings.ts'

/** What the policies of one owner say beyond what is needed: whole statements where nothing of one is, else actions and resources. */
export function excessOf(around: Surroundings, needs: Needs, pair: Compared): Excess[] {
  if (pair.excess.verdict === 'proved') return []
  const smaller = smallerPolicy(needs, pair.side, pair.owner)
  const uses = entryUses(
    pair.written.map(({ policy }) => policy),
    [pair.reference.allows],
  )
  for (const { use, action, resource, why = 'it is too large' } of uses)
    if (use === 'undecided') around.tally.open(`is ${action} on ${resource} of ${pair.owner} needed`, why)
  return pair.written.flatMap(written =>
    [...Map.groupBy(ofPolicy(uses, written.policy), ({ statement }) => statement)].flatMap(([index, entries]) =>
      beyond(entries, pair.reference.allows).map(({ kind, what, use }): Excess => {
        const { witness, harm } = effectOf(around, pair, use)
        return {
          statement: quote(written, index),
          kind,
          what,
          ...(witness ? { witness } : {}),
          harm,
          why: WHY[kind](what, pair.owner),
          smaller,
        }
      }),
    ),
  )
}

const ofPolicy = (uses: readonly EntryUse[], policy: Policy): EntryUse[] => uses.filter(use => use.policy === policy)

type Kind = Exclude<Excess['kind'], 'denies-more'>

interface Beyond {
  readonly kind: Kind
  readonly what: readonly string[]
  readonly use: EntryUse
}

const DIMENSIONS = ['action', 'resource', 'principal'] as const

/** One thing to say for each cure: a statement that can go, an entry that can go, an entry that is too wide. */
function beyond(entries: readonly EntryUse[], reference: Policy): Beyond[] {
  const idle = entries.filter(({ use }) => use === 'unneeded')
  if (idle.length === entries.length) return [{ kind: 'statement', what: names(idle, 'action'), use: idle[0]! }]
  const whole = DIMENSIONS.flatMap((dimension): Beyond[] => {
    const gone = names(idle, dimension).filter(name =>
      entries.every(entry => entry[dimension] !== name || entry.use === 'unneeded'),
    )
    return gone.length > 0
      ? [{ kind: dimension, what: gone, use: idle.find(entry => gone.includes(entry[dimension]!))! }]
      : []
  })
  const told = (entry: EntryUse) => whole.some(({ kind, what }) => what.includes(entry[kind as 'action'] ?? ''))
  return [
    ...whole,
    ...idle.filter(entry => !told(entry)).map(use => one('action', `${use.action} on ${use.resource}`, use)),
    ...entries
      .filter(({ use }) => use === 'wider')
      .map(use => {
        const kind = widerBy(use, reference)
        return one(kind, kind === 'condition' ? conditionOf(use) : (use[kind] ?? use.action), use)
      }),
    ...entries
      .filter(({ use }) => use === 'repeated')
      .map(use => one('repeated', `${use.action} on ${use.resource}`, use)),
  ]
}

const one = (kind: Kind, what: string, use: EntryUse): Beyond => ({ kind, what: [what], use })

const names = (entries: readonly EntryUse[], dimension: (typeof DIMENSIONS)[number]): string[] => [
  ...new Set(entries.flatMap(entry => entry[dimension] ?? [])),
]

/** In what the witness differs from every need: no need of the action, none on the resource, or none without the condition. */
function widerBy({ witness }: EntryUse, reference: Policy): 'action' | 'resource' | 'principal' | 'condition' {
  if (!witness) return 'condition'
  const allows = reference.document.Statement.filter(({ Effect }) => Effect === 'Allow')
  const sameAction = allows.filter(({ Action = [] }) => Action.some(each => like(each, witness.action)))
  if (sameAction.length === 0) return 'action'
  const sameResource = sameAction.filter(({ Resource = ['*'] }) => Resource.some(each => like(each, witness.resource)))
  if (sameResource.length === 0) return 'resource'
  const { principal = '' } = witness
  const samePrincipal = sameResource.filter(({ Principal, Condition }) => {
    const exact = Condition?.ArnEquals?.['aws:PrincipalArn']
    return !Principal || (exact ? exact.includes(principal) : true)
  })
  return samePrincipal.length === 0 ? 'principal' : 'condition'
}

const like = (pattern: string, text: string): boolean => wildcard(pattern.toLowerCase())(text.toLowerCase())

const conditionOf = ({ policy, statement }: EntryUse): string =>
  JSON.stringify(policy.document.Statement[statement]?.Condition ?? {})

const WHY: Readonly<Record<Kind, (what: readonly string[], owner: string) => string>> = {
  statement: (_what, owner) => `nothing of this statement is needed of ${owner}`,
  action: what => `nothing needs ${what.join(', ')}`,
  resource: what => `nothing needs ${what.join(', ')}: what is needed is narrower`,
  principal: what => `nothing needs it for ${what.join(', ')}`,
  condition: () => 'what is needed has a condition that this statement does not ask for',
  repeated: what => `${what.join(', ')} is said elsewhere too`,
}
