import {
  type AccessRequest,
  type Decision,
  decide,
  type Policy,
  type ReachQuestion,
  reach,
  type Side,
  type StatementRef,
  type Subject,
} from '@tripoint/iam'
import { type Asked, policyNamed, principalOf, requestIn } from '../world/request.ts'
import type { World } from '../world/world.ts'
import type { Cell } from './cell.ts'
import type { ChangedEntry } from './changed-entries.ts'
import { concerning } from './concerning.ts'
import { conditionWords } from './condition-words.ts'
import { contextsFor } from './context.ts'
import { policyOfEntry } from './entry.ts'

/**
 * What an entry that only one world has does there: `gained`, nothing of the kind was allowed; `wider`, it was under other
 * conditions; `known`, another way allowed it already; `held`, another side holds it back.
 */
export interface Effect {
  readonly kind: 'gained' | 'wider' | 'known' | 'held'
  readonly witness: Asked
  /** the sides that hold it back */
  readonly sides: readonly Side[]
  /** under which conditions it is allowed in the world of the entry, and in the other */
  readonly here: string
  readonly there: string
  /** whether another request is allowed was asked, and not answered */
  readonly undecided?: string
}

/**
 * Tries requests that the entry is about, under every context that a statement of the action asks for, in both worlds. That
 * nothing is allowed is not left at that: it is asked of all requests.
 */
export function effectOf(changed: ChangedEntry, cell: Cell, here: World, there: World): Effect {
  // What a variable stands for, only the comparison knows.
  const resource = cell.resource.includes('${') ? (changed.witness?.resource ?? cell.resource) : cell.resource
  const asked = { principal: cell.principal, action: cell.action, resource }
  // Of whom neither world shows anything all is supposed; of the others, what is shown.
  const unknown = [here, there].every(world => principalOf(world, cell.principal) === undefined)
  const requestOf = (world: World, one: Asked) => requestIn(world, one, unknown ? 'at-most' : 'at-least')
  const tryOut = (context: Asked['context']): Tried => {
    const one: Asked = { ...asked, context: cell.principal === 'anonymous' ? nameless(context) : context }
    return { one, here: decide(requestOf(here, one)), there: decide(requestOf(there, one)) }
  }
  const bare = [here, there].map(world => requestOf(world, { ...asked, context: {} }))
  const tried = contextsFor(changed, bare).map(tryOut)
  if (tried.some(gains)) return effectFrom(tried, here, there)
  const allowed = tried.some(each => each.here.allowed)
  // What was never allowed is asked of all requests; what was allowed all along, of those that the other world's policy is silent on.
  const question = questionOf(bare[0]!, unknown)
  const answer = reach(allowed ? beyond(question, changed, bare[1]!) : question)
  const all = answer.verdict === 'refuted' ? [...tried, tryOut(answer.witness.context)] : tried
  const effect = effectFrom(all, here, there)
  return answer.verdict === 'undecided' ? { ...effect, undecided: answer.why } : effect
}

const gains = (each: Tried): boolean => each.here.allowed && !each.there.allowed

/** The question of what the entry alone lets through, without what the policies of the other world's side allow. */
function beyond(question: ReachQuestion, { entry }: ChangedEntry, there: AccessRequest): ReachQuestion {
  const { action, resource } = there
  const own = policyOfEntry(entry)
  const side = entry.written.side === 'identity' ? there.identity : there.resourcePolicy ? [there.resourcePolicy] : []
  const refused = concerning(side, action, resource)
    .flatMap(({ document }) => document.Statement)
    .map(statement => ({ ...statement, Effect: 'Deny' as const }))
  const only: Policy = { ...own, document: { ...own.document, Statement: [...own.document.Statement, ...refused] } }
  if (entry.written.side !== 'identity') return { ...question, resourcePolicy: only }
  const { subject } = question
  return subject.kind === 'known' ? { ...question, subject: { ...subject, identity: [only] } } : question
}

/** Nobody's credentials say nothing of who has them. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principal-properties */
const nameless = (context: Asked['context']): Asked['context'] =>
  Object.fromEntries(
    Object.entries(context).filter(([key]) => !/^aws:(principal|userid|username|multifactor|federated)/i.test(key)),
  )

interface Tried {
  readonly one: Asked
  readonly here: Decision
  readonly there: Decision
}

function effectFrom(tried: readonly Tried[], here: World, there: World): Effect {
  const gain = tried.find(gains)
  const both = tried.find(each => each.here.allowed && each.there.allowed)
  const nearest = tried.toSorted((a, b) => missing(a.here) - missing(b.here))[0]!
  const { one, here: decision } = gain ?? both ?? nearest
  return {
    kind: gain ? (both ? 'wider' : 'gained') : both ? 'known' : 'held',
    witness: one,
    sides: decision.missing.map(({ side }) => side),
    here: decision.allowed ? conditionsOf(here, decision.decidedBy) : '',
    there: both ? conditionsOf(there, both.there.decidedBy) : '',
  }
}

function questionOf(request: AccessRequest, unknown: boolean): ReachQuestion {
  const {
    requester,
    identity,
    boundary,
    action,
    resource,
    resourceAccount,
    resourceRule = 'plain',
    resourcePolicy,
  } = request
  const narrow = (policies: readonly Policy[]) => concerning(policies, action, resource)
  const [policy] = resourcePolicy ? narrow([resourcePolicy]) : []
  const name = requester.roleArn ?? (requester.service ? `service:${requester.service}` : requester.arn || 'anonymous')
  const subject: Subject =
    requester.account !== '' && !unknown
      ? { kind: 'known', requester, identity: narrow(identity), ...(boundary ? { boundary } : {}) }
      : { kind: 'anyone', include: [name], exclude: [], account: requester.account || undefined }
  return {
    subject,
    actions: [action],
    resources: [resource],
    actionNames: [action],
    resourceAccount,
    resourceRule,
    ...(policy ? { resourcePolicy: policy } : {}),
  }
}

const missing = ({ reason, missing: { length } }: Decision): number => length + (reason === 'explicit-deny' ? 10 : 0)

/** What all sides together ask for. */
function conditionsOf(world: World, refs: readonly StatementRef[]): string {
  const words = refs.map(({ policy, index }) =>
    conditionWords(policyNamed(world, policy)?.policy.document.Statement[index]?.Condition),
  )
  return [...new Set(words.filter(Boolean))].join(' and ')
}
