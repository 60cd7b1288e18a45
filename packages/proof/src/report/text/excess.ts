import type { Excess, Quoted } from '../report.ts'
import { excessSeverity } from '../severity.ts'
import type { Names } from '../short-name.ts'
import { effectWords } from '../words.ts'
import type { Paper } from './paper.ts'
import { MARKS } from './part.ts'
import { sayStatement, sayWitness } from './statements.ts'

/** Each with its statement, what it would let through, and the policy as small as it can be. */
export function sayExcess(on: Paper, excess: readonly Excess[], names: Names) {
  on.gap()
  on.say(0, `allowed but not needed: ${excess.length === 0 ? 'nothing' : excess.length}`, 'bold')
  // A statement may be wrong in several ways, and a policy in several statements: each is printed once.
  excess.forEach((each, at) => {
    const { statement, witness, why, smaller } = each
    const [mark, format] = MARKS[excessSeverity(each)]
    on.mark(2, mark, format, why)
    if (!isSame(statement, excess[at - 1]?.statement)) sayStatement(on, 6, statement)
    sayWitness(on, 6, effectWords(each), witness, names)
    if (smaller === '' || excess[at + 1]?.smaller === smaller || !on.isNew(smaller)) return
    on.say(6, 'the policy as small as it can be:')
    on.json(8, smaller)
  })
}

const isSame = (one: Quoted, other: Quoted | undefined): boolean =>
  other !== undefined && one.policy === other.policy && one.index === other.index && one.text === other.text
