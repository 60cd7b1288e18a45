import { allowsNoMore, deniesNoMore, type PolicyRequest } from '@tripoint/iam'
import type { World, WrittenPolicy } from '../world/world.ts'
import { concerning } from './concerning.ts'
import { type Entry, entriesOf, only, policyOfEntry } from './entry.ts'

/** What the policies of one owner say in one world, and those of the other do not say in full. */
export interface ChangedEntry {
  readonly entry: Entry
  /** a request that it is about, and that the other world's policies of this owner say nothing of */
  readonly witness?: PolicyRequest
  /** both worlds say it: only what has become of it counts */
  readonly same?: true
  /** the comparison gave up; the entry counts as changed */
  readonly undecided?: string
}

/** Policies that are read together: those of one owner on one side. */
export interface Pair {
  readonly side: WrittenPolicy['side']
  readonly owner: string
  readonly before: readonly WrittenPolicy[]
  readonly after: readonly WrittenPolicy[]
}

export function pairsOf(before: World, after: World): Pair[] {
  const name = ({ side, owner }: WrittenPolicy) => `${side} ${owner}`
  const [left, right] = [Map.groupBy(before.policies, name), Map.groupBy(after.policies, name)]
  return [...new Set([...left.keys(), ...right.keys()])].map(key => {
    const [mine, theirs] = [left.get(key) ?? [], right.get(key) ?? []]
    const { side, owner } = (mine[0] ?? theirs[0])!
    return { side, owner, before: mine, after: theirs }
  })
}

/** The entries of `mine` of which `other` does not already say all. */
export function changedEntries(mine: readonly WrittenPolicy[], other: readonly WrittenPolicy[]): ChangedEntry[] {
  const known = new Set(entriesOf(other).map(({ key }) => key))
  const seen = new Set<string>()
  return entriesOf(mine).flatMap(entry => {
    if (known.has(entry.key) || seen.has(entry.key)) return []
    seen.add(entry.key)
    return compared(entry, other)
  })
}

const COMPARE = { Allow: allowsNoMore, Deny: deniesNoMore } as const

function compared(entry: Entry, other: readonly WrittenPolicy[]): ChangedEntry[] {
  // Whom no request can be tried as is compared by name, which has been done.
  if (entry.principal && !['AWS', 'Service'].includes(entry.principal.kind)) return [{ entry }]
  const { action = '*', resource } = entry
  const answer = COMPARE[entry.effect]([policyOfEntry(entry)], concerning(only(entry.effect, other), action, resource))
  if (answer.verdict === 'proved') return []
  return [answer.verdict === 'refuted' ? { entry, witness: answer.witness } : { entry, undecided: answer.why }]
}
