import { type Access, accessList, type Definition, principalText } from '@tripoint/pipeline'
import type { Needs } from '../needs/need.ts'
import { type Typed, understand } from '../why/question.ts'
import { why } from '../why/why.ts'
import type { World } from '../world/world.ts'
import { deniesOf } from './denies.ts'
import { entriesFor } from './entries.ts'
import type { AtHand, EntryAtHand, Judged } from './explanation.ts'
import type { Facts } from './facts.ts'
import type { Mode } from './mode.ts'
import type { Pasted } from './pasted.ts'
import { type Labels, sidesOfAccess } from './side-words.ts'

/** The line that the text may be about. */
export interface Line {
  readonly name: string
  /** what accounts are called: label → twelve digits */
  readonly accounts: Readonly<Record<string, string>>
  /** without one, what its templates show it to need */
  readonly definition?: Definition
  readonly needs?: Needs
  readonly world?: World
}

/** So many entries are asked about in the templates. */
const ASKED = 40

const ORDER: Readonly<Record<string, number>> = { denied: 0, unknown: 1, allowed: 2 }

/** Which entries of the access list the text is about, and what the templates say of each: refused ones first. */
export function atHand(line: Line, facts: Facts, mode: Mode | undefined, text: Pasted, labels: Labels): AtHand {
  const list = line.needs?.list.map(({ access }) => access) ?? (line.definition ? accessList(line.definition) : [])
  const { entries, notes } = entriesFor({ list, from: line.needs?.from ?? 'definition' }, facts, mode, text)
  const shown = entries
    .slice(0, ASKED)
    .map(access => entryAtHand(line, access, facts, labels))
    .toSorted((one, other) => (ORDER[one.verdict ?? ''] ?? 3) - (ORDER[other.verdict ?? ''] ?? 3))
  const here = line.definition && mode?.here?.(line.definition)
  const asked = shown.length > 0 ? undefined : judgedAsSaid(line, facts)
  return {
    name: line.name,
    entries: shown,
    ...(asked ? { asked } : {}),
    denies: line.world ? deniesOf(line.world, facts) : [],
    notes: [
      ...notes,
      ...(here === undefined || here === '' ? [] : [here]),
      ...(mode && isRule(mode) ? [] : aboutTemplates(shown, facts)),
    ],
  }
}

const entryAtHand = (line: Line, access: Access, facts: Facts, labels: Labels): EntryAtHand => ({
  access,
  sides: sidesOfAccess(access, labels),
  ...judged(line, {
    principal: principalText(access.principal),
    action: access.action,
    resource: concrete(access, facts),
  }),
})

function judgedAsSaid(line: Line, { principal, action, resource }: Facts): Judged | undefined {
  if (line.world === undefined || principal === undefined || action === undefined || resource === undefined)
    return undefined
  const answer = judged(line, { principal, action, resource })
  return answer.verdict === undefined ? undefined : answer
}

function judged({ world, needs }: Line, asked: Omit<Typed, 'context'>): Judged {
  const nothing = { said: [], missing: [] }
  if (world === undefined) return nothing
  const understood = understand(world, needs, { ...asked, context: {} })
  if ('problem' in understood) return nothing
  const own = why(world, needs, understood.question).decisions[0]!
  const decides = own.steps.flatMap(step =>
    step.outcome === 'allows' || step.outcome === 'denies' ? step.statements : [],
  )
  return {
    verdict: own.verdict,
    said: [...new Map(decides.map(quoted => [`${quoted.owner} ${quoted.side} ${quoted.index}`, quoted])).values()],
    missing: own.missing,
  }
}

/** What was really asked for, where the text names it and the entry means it. */
function concrete({ resource, action }: Access, facts: Facts): string {
  const named = facts.resource
  if (named === undefined || resource === '*' || !named.startsWith('arn:') || facts.action !== action) return resource
  return resource.includes(':kms:') ? resource : named
}

/** No policy has a say in it. */
const isRule = ({ sides }: Mode): boolean => sides.every(side => side === 'rule')

function aboutTemplates(entries: readonly EntryAtHand[], { deny }: Facts): string[] {
  if (entries.length === 0 || entries.some(({ verdict }) => verdict !== 'allowed')) return []
  return [
    deny?.kind === 'explicit'
      ? 'the templates allow it with what such a call usually carries: a header, the network or the transport of this one was another, or the Deny is outside of them'
      : 'the templates allow all of it: so what is deployed is not these templates (tripoint deploy), the change is some seconds old, or what refuses is outside of them: a boundary, an organization’s policy, another key or bucket than the line’s',
  ]
}
