import type { Excess } from '../report.ts'
import { excessSeverity } from '../severity.ts'
import { count, effectWords, witnessWords } from '../words.ts'
import type { Brevity } from './brevity.ts'
import type { Paper } from './paper.ts'
import { few, MARKS, RANKS, sayWorst } from './part.ts'

const MOST = 6
const MOST_STATEMENTS = 5
const MOST_WORDS = 3
/** So many can be printed as they should be, and still be read. */
const FEW_POLICIES = 2

/** By policy, which is written anew as a whole; in it, what of each statement could go. */
export function sayBriefExcess(on: Paper, excess: readonly Excess[], brief: Brevity) {
  if (excess.length === 0) return
  on.gap()
  const policies = [
    ...Map.groupBy(excess, ({ statement: { side, owner, policy } }) => JSON.stringify([side, owner, policy])).values(),
  ]
  on.say(0, `allowed but not needed: ${excess.length}, in ${count(policies.length, 'policy', 'policies')}`, 'bold')
  const sorted = policies
    .map(own => own.toSorted((one, other) => rank(one) - rank(other)))
    .toSorted((one, other) => rank(one[0]!) - rank(other[0]!) || other.length - one.length)
  sayWorst(
    on,
    sorted,
    MOST,
    own => {
      sayPolicy(on, own, brief)
      if (policies.length <= FEW_POLICIES) saySmaller(on, own)
    },
    own => own.length,
  )
}

/** What lets others in is worse than what one of the line has too much of. */
const rank = (excess: Excess): number =>
  100 * RANKS[excessSeverity(excess)] + 10 * KIND_RANKS[excess.kind] + (excess.statement.side === 'identity' ? 1 : 0)

const KIND_RANKS: Readonly<Record<Excess['kind'], number>> = {
  principal: 0,
  statement: 1,
  action: 2,
  resource: 3,
  condition: 4,
  'denies-more': 5,
  repeated: 6,
}

function sayPolicy(on: Paper, own: readonly Excess[], brief: Brevity) {
  const [worst] = own as [Excess]
  const [mark, format] = MARKS[excessSeverity(worst)]
  const statements = [...Map.groupBy(own, ({ statement }) => `${statement.index} ${statement.text}`).values()]
  // One without a place is AWS's: nobody can take a statement out of it.
  const single = statements.length === 1 || worst.statement.place === undefined
  const head = brief.words(worst.statement.policy)
  on.mark(2, mark, format, single ? `${nameOf(worst, brief)} ${head}: ${spare(own, brief)}`.trim() : head)
  if (!single) {
    for (const same of statements.slice(0, MOST_STATEMENTS))
      on.say(6, `${nameOf(same[0]!, brief)}: ${spare(same, brief)}`)
    if (statements.length > MOST_STATEMENTS) on.say(6, `and ${statements.length - MOST_STATEMENTS} more statements`)
  }
  const shown = own.find(isTelling)
  if (shown?.witness !== undefined) on.say(6, `${effectWords(shown)}: ${witnessWords(shown.witness, brief)}`)
}

function saySmaller(on: Paper, [first]: readonly Excess[]) {
  const { smaller = '' } = first ?? {}
  if (smaller === '') return
  on.say(6, 'the policy as small as it can be:')
  on.json(8, smaller)
}

/** An example of what is named already says nothing new; of a role that is put on there is but one. */
const isTelling = ({ witness, what, statement: { side } }: Excess): boolean =>
  witness !== undefined && side !== 'trust' && !what.includes(witness.action)

/** A statement among others of its policy. */
const nameOf = ({ statement: { sid, place } }: Excess, brief: Brevity): string =>
  `${place === undefined ? '' : brief.file(place)}${sid === undefined ? '' : ` (${sid})`}`

/** What of one statement could go, each kind once. */
const spare = (own: readonly Excess[], brief: Brevity): string =>
  [...Map.groupBy(own, ({ kind }) => kind)]
    .map(([kind, same]) =>
      SPARE[kind](
        few(
          same
            .flatMap(({ what }) => what)
            .map(each => (each.startsWith('arn:') ? brief.placed(each) : brief.words(each))),
          MOST_WORDS,
        ),
        same,
      ),
    )
    .join('; ')

const SPARE: Readonly<Record<Excess['kind'], (what: string, own: readonly Excess[]) => string>> = {
  principal: what => `for ${what.replaceAll(', account ', ', ')}`,
  statement: what => `all of it: ${what}`,
  action: what => what,
  resource: what => `on ${what}, wider than needed`,
  condition: () => 'lacks the condition of what is needed',
  'denies-more': (_, own) => own.map(({ why }) => why).join('; '),
  repeated: what => `${what} is said elsewhere too`,
}
