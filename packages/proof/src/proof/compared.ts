import { type Answer, allowsNoMore, deniesNoMore, type PolicyRequest } from '@tripoint/iam'
import type { Needs } from '../needs/need.ts'
import type { World, WrittenPolicy } from '../world/world.ts'
import { keyOf, noneOf, type PolicySide, type Reference, referencesOf } from './reference.ts'
import type { Tally } from './tally.ts'

/** What one owner's policies of one side say, beside what is needed of them. */
export interface Compared {
  readonly owner: string
  readonly side: PolicySide
  readonly written: readonly WrittenPolicy[]
  readonly reference: Reference
  /** refuted: they allow more than is needed */
  readonly excess: Answer<PolicyRequest>
  /** refuted: something that is needed they do not allow */
  readonly lack: Answer<PolicyRequest>
  /** refuted: they deny what nobody asked to deny */
  readonly deniesMore: Answer<PolicyRequest>
  /** refuted: something that has to be denied they do not deny */
  readonly deniesLess: Answer<PolicyRequest>
}

/** By `keyOf`. */
export type Comparisons = ReadonlyMap<string, Compared>

/** Every owner that has policies, or of which something is needed. */
export function compare(world: World, needs: Needs, tally: Tally): Comparisons {
  const references = new Map(referencesOf(needs).map(each => [keyOf(each), each]))
  const written = Map.groupBy(
    world.policies.filter(({ side }) => side !== 'boundary'),
    keyOf,
  )
  const keys = new Set([...written.keys(), ...references.keys()])
  const pairs = [...keys].map((key): [string, Compared] => {
    const policies = written.get(key) ?? []
    const [first] = policies
    const { owner, side } = references.get(key) ?? { owner: first!.owner, side: first!.side as PolicySide }
    const reference = references.get(key) ?? noneOf(side, owner)
    return [key, compareOne({ owner, side, written: policies, reference }, tally)]
  })
  return new Map(pairs)
}

function compareOne(pair: Pick<Compared, 'owner' | 'side' | 'written' | 'reference'>, tally: Tally): Compared {
  const mine = pair.written.map(({ policy }) => policy)
  const known = pair.written.filter(({ opaque }) => !opaque).map(({ policy }) => policy)
  const needed = [pair.reference.policy]
  const of = `${pair.side} policies of ${pair.owner}`
  const ask = (question: string, answer: Answer<PolicyRequest>) => tally.asked(`${of}: ${question}`, answer)
  return {
    ...pair,
    excess: ask('allow no more than is needed', allowsNoMore(mine, [pair.reference.allows])),
    lack: ask('allow all that is needed', allowsNoMore(needed, known)),
    deniesMore: ask('deny nothing else', deniesNoMore(mine, needed)),
    deniesLess: ask('deny all that has to be denied', deniesNoMore(needed, mine)),
  }
}
