import type { Statement, StatementRef } from '@tripoint/iam'
import type { Quoted } from '../report/report.ts'
import { placeOf } from '../source/spot.ts'
import { policyNamed } from '../world/request.ts'
import { statementSpot } from '../world/statement-spot.ts'
import type { World, WrittenPolicy } from '../world/world.ts'

/** A statement of a policy of the world, with its place. */
export function quote(written: WrittenPolicy, index: number): Quoted {
  const statement = written.policy.document.Statement[index]
  const { Sid } = statement ?? {}
  return {
    side: written.side,
    owner: written.owner,
    policy: written.policy.name,
    index,
    ...(Sid === undefined ? {} : { sid: Sid }),
    text: statement ? textOf(statement) : '',
    ...(written.managed === undefined ? { place: placeOf(statementSpot(written, index)) } : {}),
  }
}

/** What decided, by the names that the evaluator gives. */
export const quoteRefs = (world: World, refs: readonly StatementRef[]): Quoted[] =>
  refs.map(ref => {
    const written = policyNamed(world, ref.policy)
    if (written) return quote(written, ref.index)
    const side = ref.kind === 'root' || ref.kind === 'grant' ? ref.kind : 'identity'
    return { side, owner: '', policy: ref.policy, index: ref.index, text: '' }
  })

/** As it would be written: a list of one is its element. */
const textOf = (statement: Statement): string =>
  JSON.stringify(statement, (_key, value: unknown) => (Array.isArray(value) && value.length === 1 ? value[0] : value))
