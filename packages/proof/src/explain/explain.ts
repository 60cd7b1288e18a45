import { principalText } from '@tripoint/pipeline'
import { visible } from '../report/visible.ts'
import { atHand, type Line } from './at-hand.ts'
import type { AtHand, ExplainedMode, Explanation, ModeName } from './explanation.ts'
import { type Facts, factsOf } from './facts.ts'
import { type Fit, fits } from './fit.ts'
import type { Mode } from './mode.ts'
import { KNOWN_MODES } from './modes.ts'
import { pasted } from './pasted.ts'
import { type Labels, sidesOf } from './side-words.ts'

/** So many other ways are named. */
const OTHERS = 3

/** Which known failure a text of AWS's is about, why it happens, on which side, and what cures it. */
export function explainError(text: string, line?: Line): Explanation {
  const read = pasted(text)
  const facts = factsOf(read)
  const [best, ...rest] = fits(read, facts)
  const labels: Labels = new Map(Object.entries(line?.accounts ?? {}).map(([label, account]) => [account, label]))
  const hand = line && atHand(line, facts, best?.mode, read, labels)
  const ask = question(facts, hand)
  return {
    ...(best ? { mode: explained(best, facts, labels) } : {}),
    others: others(best, rest).map(nameOf),
    facts,
    ...(hand ? { line: hand } : {}),
    ...(ask === undefined ? {} : { ask }),
    notes: read.cut ? ['the text is longer than is read: only its end was looked at'] : [],
  }
}

/** What IAM says of everything is no other way beside one that is known. */
const others = (best: Fit | undefined, rest: readonly Fit[]): Mode[] =>
  rest
    .filter(({ mode, sure }) => mode.number !== undefined || (best?.mode.number === undefined && sure))
    .filter(({ sure }) => sure || best?.sure !== true || best.mode.number === undefined)
    .map(({ mode }) => mode)
    .slice(0, OTHERS)

function explained({ mode, sure }: Fit, facts: Facts, labels: Labels): ExplainedMode {
  const { cause, cure, pages, met = [] } = mode
  return {
    ...nameOf(mode),
    certainty: sure ? 'sure' : 'maybe',
    cause,
    sides: sidesOf(mode, facts, labels),
    cure,
    pages,
    met,
  }
}

const nameOf = ({ id, number, title }: Mode): ModeName => ({ id, ...(number === undefined ? {} : { number }), title })

/** What `tripoint why` can answer: of the line's own entry where the text is about one, since its key has no id yet. */
function question({ principal, action, resource }: Facts, hand: AtHand | undefined): string | undefined {
  const [entry] = action === undefined ? [] : (hand?.entries ?? [])
  const asked = entry
    ? [principalText(entry.access.principal), entry.access.action, entry.access.resource]
    : [principal, action, resource]
  return asked.every(word => word !== undefined) ? `tripoint why ${asked.map(quoted).join(' ')}` : undefined
}

/** As a shell takes it. */
const quoted = (word: string): string => {
  const shown = visible(word)
  return /^[\w@%+=:,./-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", `'\\''`)}'`
}

/** The known ways, by number. */
export const failureModes: readonly ModeName[] = KNOWN_MODES.map(nameOf)
