import { quote } from '../proof/quoted.ts'
import type { WrittenPolicy } from '../world/world.ts'
import type { Change } from './change.ts'
import { type ChangedEntry, changedEntries, type Pair } from './changed-entries.ts'
import { conditionWords } from './condition-words.ts'
import { actionText } from './entry.ts'
import type { ThingWords } from './thing-words.ts'
import { highest, levelOf } from './verbs.ts'

/** What refuses, what bounds, and what nobody can read: no access by itself, but the end or the beginning of some. */
export function limitChanges(pair: Pair, words: ThingWords): Change[] {
  const { before, after } = pair
  return [
    ...limits('added', pair, changedEntries(after, before), words),
    ...limits('removed', pair, changedEntries(before, after), words),
    ...opaque('added', after, before, words),
    ...opaque('removed', before, after, words),
  ]
}

function limits(
  does: Change['does'],
  { side, owner }: Pair,
  changed: readonly ChangedEntry[],
  words: ThingWords,
): Change[] {
  const own = changed.filter(({ entry }) => entry.effect === 'Deny' || side === 'boundary')
  // One statement is one line: a Deny mostly names a bucket and its objects.
  const byStatement = Map.groupBy(own, ({ entry }) => `${entry.written.policy.name} ${entry.index}`)
  return [...byStatement.values()].map((same): Change => {
    const { entry, undecided } = same[0]!
    const { effect, statement, written } = entry
    const actions = [...new Set(same.map(each => actionText(each.entry)))]
    const resources = [...new Set(same.map(each => each.entry.resource ?? owner))]
    const beyond = resources.filter(arn => arn !== '*' && arn !== owner && arn !== `${owner}/*`)
    const target = beyond.length === 0 ? '' : ` on ${beyond.map(words.resource).join(', ')}`
    const condition = conditionWords(statement.Condition).replaceAll(/(^| and )only /g, '$1')
    return {
      does,
      kind: effect === 'Deny' ? 'deny' : 'boundary',
      weight: 'effective',
      // Taking a Deny away is how access comes in by the back door.
      level: does === 'removed' && effect === 'Deny' ? 'permissions' : highest(actions.map(levelOf)),
      principal: entry.principal?.value ?? owner,
      account: written.account,
      actions,
      resources,
      words: [
        `${policyWords(written, words)} ${LIMITS[effect][does]} ${actions.join(', ')}${target}${whomOf(same)}`,
        ...(condition === '' ? [] : [condition]),
      ].join(' '),
      note: '',
      statements: [quote(written, entry.index)],
      ...(undecided === undefined ? {} : { undecided }),
    }
  })
}

const LIMITS: Readonly<Record<'Allow' | 'Deny', Readonly<Record<Change['does'], string>>>> = {
  Deny: { added: 'now refuses', removed: 'no longer refuses' },
  Allow: { added: 'now leaves room for', removed: 'no longer leaves room for' },
}

function whomOf(same: readonly ChangedEntry[]): string {
  const named = same.flatMap(({ entry: { principal } }) =>
    principal && principal.value !== '*' ? [principal.value] : [],
  )
  return named.length === 0 ? '' : ` to ${[...new Set(named)].join(', ')}`
}

function policyWords({ side, owner }: WrittenPolicy, words: ThingWords): string {
  if (side === 'identity') return `a policy of ${words.principal(owner)}`
  if (side === 'boundary') return `the permissions boundary of ${words.principal(owner)}`
  return words.resource(owner)
}

function opaque(
  does: Change['does'],
  here: readonly WrittenPolicy[],
  there: readonly WrittenPolicy[],
  words: ThingWords,
): Change[] {
  const known = new Set(there.map(({ policy }) => policy.name))
  return here
    .filter(written => written.opaque && !known.has(written.policy.name))
    .map(written => ({
      does,
      kind: 'unknown-policy',
      weight: 'effective',
      level: 'permissions',
      principal: written.owner,
      account: written.account,
      actions: [],
      resources: [written.owner],
      words: `${words.principal(written.owner)} ${does === 'added' ? 'now has' : 'no longer has'} ${written.managed ?? written.policy.name}, whose text is not known here`,
      note: 'what it allows is to be looked up',
      statements: [],
    }))
}
