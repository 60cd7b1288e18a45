import { isPublicPolicy } from '@tripoint/iam'
import type { World } from '../world/world.ts'
import { type Between, type Item, itemsOf, WEIGHT_ORDER } from './access-change.ts'
import { type Change, comesAbout, type Diff, type Made } from './change.ts'
import { type ChangedEntry, changedEntries, type Pair, pairsOf } from './changed-entries.ts'
import { changeWords } from './condition-words.ts'
import { entriesOf } from './entry.ts'
import { limitChanges } from './limit-change.ts'
import { type ThingWords, thingWords } from './thing-words.ts'
import { highest, LEVELS, phraseOf } from './verbs.ts'

export interface DiffOptions {
  /** what the two are called */
  readonly before: string
  readonly after: string
}

/** The access that one world has and the other has not, for a reviewer. */
export function diffWorlds(before: World, after: World, options: DiffOptions): Diff {
  const words = thingWords([after, before])
  const pairs = pairsOf(before, after)
  const added: Between = { does: 'added', here: after, there: before }
  const removed: Between = { does: 'removed', here: before, there: after }
  const limited = new Set(pairs.filter(pair => pair.side === 'boundary' && isLimited(pair)).map(({ owner }) => owner))
  const items = pairs
    .filter(({ side }) => side !== 'boundary')
    .flatMap(pair => {
      const all = isLimited(pair) || (pair.side === 'identity' && limited.has(pair.owner))
      return [
        ...changedOf(pair.after, pair.before, all).flatMap(entry => itemsOf(entry, added)),
        ...changedOf(pair.before, pair.after, all).flatMap(entry => itemsOf(entry, removed)),
      ]
    })
  const changes = [...accessChanges(merged(items), words), ...pairs.flatMap(pair => limitChanges(pair, words))]
  const accounts = new Map([...before.accounts, ...after.accounts].map(({ id, label }) => [id, { id, label }]))
  return {
    before: options.before,
    after: options.after,
    accounts: [...accounts.values()],
    changes: sorted(changes, words),
    made: [...madeOf('added', after, before, words), ...madeOf('removed', before, after, words)],
  }
}

/** What it bounds or denies is another, or it has become public, which can close a bucket: each of its entries may have another effect. */
const isLimited = ({ side, before, after }: Pair): boolean =>
  isPublic(before) !== isPublic(after) ||
  [...changedEntries(after, before), ...changedEntries(before, after)].some(
    ({ entry }) => entry.effect === 'Deny' || side === 'boundary',
  )

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
const isPublic = (policies: Pair['before']): boolean =>
  policies.some(({ side, policy }) => side === 'resource' && isPublicPolicy(policy.document))

function changedOf(mine: Pair['after'], other: Pair['before'], all: boolean): ChangedEntry[] {
  const changed = changedEntries(mine, other).filter(({ entry }) => entry.effect === 'Allow')
  const known = new Set(changed.map(({ entry }) => entry.key))
  const rest = all ? entriesOf(mine).filter(({ effect, key }) => effect === 'Allow' && !known.has(key)) : []
  return [...changed, ...rest.map(entry => ({ entry, same: true as const }))]
}

/** Said on several sides is one change; what is both added and removed is a change of its conditions. */
function merged(items: readonly Item[]): Item[] {
  const bySame = Map.groupBy(items, ({ principal, action, target }) =>
    [principal, action.toLowerCase(), target].join(' '),
  )
  return [...bySame.values()].flatMap(same => {
    const [added, removed] = [joined(same, 'added'), joined(same, 'removed')]
    if (added && removed && comesAbout(added) && comesAbout(removed)) {
      const statements = [...added.statements, ...removed.statements]
      return [{ ...added, weight: 'condition' as const, there: removed.here, statements }]
    }
    return [...(added ? [added] : []), ...(removed ? [removed] : [])]
  })
}

function joined(items: readonly Item[], does: Change['does']): Item | undefined {
  const own = items
    .filter(item => item.does === does)
    .toSorted((a, b) => WEIGHT_ORDER.indexOf(a.weight) - WEIGHT_ORDER.indexOf(b.weight))
  const [best] = own
  return best && { ...best, statements: own.flatMap(({ statements }) => statements) }
}

/** Actions for which there is one phrase are one line, and so are many resources. */
function accessChanges(items: readonly Item[], words: ThingWords): Change[] {
  const alike = Map.groupBy(items, item =>
    // Beside a name, “everything” would seem to be of the same kind.
    [item.does, item.weight, item.principal, phraseOf(item.action, ''), item.target === '*', noteOf(item)].join('\n'),
  )
  return [...alike.values()].map((own): Change => {
    const first = own[0]!
    const { does, weight, principal, account, witness, undecided } = first
    const targets = [...new Set(own.map(({ target }) => words.resource(target)))]
    const phrase = phraseOf(first.action, listed(targets))
    const quoted = new Map(
      own.flatMap(({ statements }) => statements).map(each => [`${each.policy} ${each.text}`, each]),
    )
    return {
      does,
      kind: 'access',
      weight,
      level: highest(own.map(({ level }) => level)),
      principal,
      account,
      actions: [...new Set(own.map(({ action }) => action))],
      resources: [...new Set(own.map(({ target }) => target))],
      words: `${words.principal(principal)} ${SENTENCES[does][weight](phrase)}`,
      note: noteOf(first),
      statements: [...quoted.values()],
      ...(witness ? { witness } : {}),
      ...(undecided === undefined ? {} : { undecided }),
    }
  })
}

/** At most three by name. */
const listed = (names: readonly string[]): string => {
  const shown = names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} more`] : names
  return [shown.slice(0, -1).join(', '), shown.at(-1)].filter(Boolean).join(' and ')
}

const SENTENCES: Readonly<Record<Change['does'], Readonly<Record<Change['weight'], (phrase: string) => string>>>> = {
  added: {
    effective: phrase => `can now ${phrase}`,
    condition: phrase => `can ${phrase} under other conditions`,
    latent: phrase => `is allowed to ${phrase} by one side now`,
    repeated: phrase => `could already ${phrase}, which is now said more widely`,
  },
  removed: {
    effective: phrase => `can no longer ${phrase}`,
    condition: phrase => `can ${phrase} under fewer conditions`,
    latent: phrase => `is no longer allowed to ${phrase} by one side`,
    repeated: phrase => `can still ${phrase}, which is now said less widely`,
  },
}

type Noted = Pick<Item, 'weight' | 'does' | 'held' | 'here' | 'there'>

const NOTES: Readonly<Record<Change['weight'], (item: Noted) => string>> = {
  effective: ({ here }) => here,
  condition: ({ does, here, there }) => (does === 'added' ? changeWords(there, here) : changeWords(here, there)),
  latent: ({ does, held }) => (does === 'added' ? `still held back by ${held}` : `it was held back by ${held} anyway`),
  repeated: () => 'nothing changes by it',
}

const noteOf = (item: Noted): string => NOTES[item.weight](item)

function madeOf(does: Made['does'], here: World, there: World, words: ThingWords): Made[] {
  const known = new Set(there.resources.map(({ arn }) => arn))
  return here.resources
    .filter(({ arn }) => !known.has(arn))
    .map(({ type, account, arn, logicalId }) => ({
      does,
      type,
      account,
      label: words.account(account),
      arn,
      words: `${does === 'added' ? 'new' : 'gone'}: ${type} ${logicalId} in ${words.account(account)}`,
    }))
}

const DOES: readonly Change['does'][] = ['added', 'removed']

/** The same on every machine, whatever its language. */
const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** By account, the one with the most dangerous change first; in it what is real first, then by danger. */
function sorted(changes: readonly Change[], words: ThingWords): Change[] {
  const rank = ({ weight, level, does }: Change) =>
    (WEIGHT_ORDER.indexOf(weight) * LEVELS.length + LEVELS.indexOf(level)) * DOES.length + DOES.indexOf(does)
  const groups = [...Map.groupBy(changes, ({ account }) => account).entries()].map(([account, own]) => ({
    account,
    own: own.toSorted((a, b) => rank(a) - rank(b) || inOrder(a.words, b.words)),
  }))
  return groups
    .toSorted(
      (a, b) => rank(a.own[0]!) - rank(b.own[0]!) || inOrder(words.account(a.account), words.account(b.account)),
    )
    .flatMap(({ own }) => own)
}
