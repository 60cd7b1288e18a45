import { type AccessRequest, allowsNoMore, type Policy, type Statement } from '@tripoint/iam'
import { TODAY } from '../proof/sample.ts'
import type { Asked } from '../world/request.ts'
import type { ChangedEntry } from './changed-entries.ts'
import { concerning } from './concerning.ts'
import { policyOfEntry } from './entry.ts'

type Context = Asked['context']

/** More would be combinations of combinations. */
const MOST_CONTEXTS = 40

/** Contexts in which the entry holds: by itself, with what each statement about the action asks for, and where the other world is silent. */
export function contextsFor({ entry, witness }: ChangedEntry, requests: readonly AccessRequest[]): Context[] {
  const start = { ...TODAY, ...heldBy(policyOfEntry(entry)) }
  const policies = requests.flatMap(({ action, resource, identity, resourcePolicy, boundary }) =>
    concerning(
      [...identity, ...(resourcePolicy ? [resourcePolicy] : []), ...(boundary ? [boundary] : [])],
      action,
      resource,
    ),
  )
  const others = policies.flatMap(policy =>
    policy.document.Statement.filter(({ Effect, Condition }) => Effect === 'Allow' && Condition).map(statement =>
      heldBy(single(policy, statement)),
    ),
  )
  const contexts = [
    ...(witness
      ? [{ ...TODAY, ...witness.context }, ...others.map(other => ({ ...other, ...TODAY, ...witness.context }))]
      : []),
    start,
    ...others.map(other => ({ ...other, ...start })),
  ]
  const byText = new Map(contexts.map(context => [JSON.stringify(Object.entries(context).toSorted()), context]))
  return [...byText.values()].slice(0, MOST_CONTEXTS)
}

const single = (policy: Policy, statement: Statement): Policy => ({
  ...policy,
  document: { ...policy.document, Statement: [statement] },
})

const known = new WeakMap<Statement, Context>()

/** A context in which the statement's condition holds. */
function heldBy(policy: Policy): Context {
  const statement = policy.document.Statement[0]!
  if (statement.Condition === undefined) return {}
  const before = known.get(statement)
  if (before) return before
  const answer = allowsNoMore([policy], [])
  const context = answer.verdict === 'refuted' ? answer.witness.context : {}
  known.set(statement, context)
  return context
}
