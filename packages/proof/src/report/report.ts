import type { ConditionBlock, Missing } from '@tripoint/iam'
import type { Access, Guard } from '@tripoint/pipeline'
import type { Finding } from '../source/finding.ts'
import type { Place } from '../source/spot.ts'

/** What `check` has to say, as plain JSON: text, SARIF and HTML are written from it and from nothing else. */
export interface Report {
  readonly subject: Subject
  readonly findings: readonly ShownFinding[]
  /** one for each access that is needed */
  readonly needed: readonly NeedVerdict[]
  /** one for each denial that has to stand: `needed and denied` */
  readonly guards: readonly GuardVerdict[]
  readonly excess: readonly Excess[]
  /** what is needed on every resource, because no narrower one can be named */
  readonly unscoped: readonly Unscoped[]
  readonly reach: readonly Reach[]
  readonly paths: readonly EscalationPath[]
  /** who could change what is proved here, and is trusted not to */
  readonly trusted: readonly Trusted[]
  readonly proof: ProofSize
}

export interface Subject {
  readonly name: string
  readonly needsFrom: 'definition' | 'templates'
  readonly templates: readonly string[]
  readonly accounts: readonly { readonly id: string; readonly label: string }[]
  readonly nodes: readonly MapNode[]
  readonly counts: Readonly<Record<'principals' | 'policies' | 'statements' | 'needs', number>>
}

/** What the map draws: a role, a user, or a resource that somebody needs. */
export interface MapNode {
  readonly arn: string
  readonly account: string
  readonly kind: 'role' | 'user' | 'key' | 'bucket' | 'repository' | 'pipeline' | 'function' | 'machine' | 'resource'
  readonly name: string
}

/** A finding as it is shown: with its place. */
export type ShownFinding = Omit<Finding, 'spot'> & { readonly place?: Place }

/** One statement, quoted. */
export interface Quoted {
  readonly side: 'identity' | 'resource' | 'key' | 'trust' | 'boundary' | 'session' | 'scp' | 'rcp' | 'grant' | 'root'
  /** whose policy it is, by ARN */
  readonly owner: string
  /** as a person would say it */
  readonly policy: string
  readonly index: number
  readonly sid?: string
  /** the statement as JSON */
  readonly text: string
  readonly place?: Place
}

export interface NeedVerdict {
  readonly access: Access
  /** `depends`: only where conditions hold that nothing says; `undecided`: the proof gave up, and says why */
  readonly verdict: 'allowed' | 'denied' | 'depends' | 'undecided'
  /** the statements that allow or deny it, one or more a side */
  readonly statements: readonly Quoted[]
  readonly missing: readonly Missing[]
  readonly why?: string
  readonly place?: Place
  readonly witness?: Witness
}

export interface GuardVerdict {
  readonly guard: Guard
  /** `open`: something that has to be denied is not */
  readonly verdict: 'held' | 'open' | 'undecided'
  readonly statements: readonly Quoted[]
  readonly witness?: Witness
  /** `effective`: somebody can do it now; `latent`: nobody is allowed it otherwise */
  readonly harm?: 'effective' | 'latent'
  readonly why?: string
}

/** A request, in the words of one who would make it. */
export interface Witness {
  readonly principal: string
  readonly action: string
  readonly resource: string
  readonly context: Readonly<Record<string, string | readonly string[]>>
}

/** What a policy says beyond what is needed, or lacks. */
export interface Excess {
  readonly statement: Quoted
  readonly kind:
    | 'statement' // nothing of it is needed
    | 'action'
    | 'resource'
    | 'principal'
    | 'condition' // allows where the need's condition does not hold
    | 'repeated' // said elsewhere too
    | 'denies-more'
  /** the action, resource, principal or condition that could go */
  readonly what: readonly string[]
  readonly witness?: Witness
  /** `effective`: the other sides let it through; `latent`: another side still holds it back */
  readonly harm: 'effective' | 'latent'
  readonly why: string
  /** the policy as small as it can be, as JSON */
  readonly smaller: string
}

export interface Unscoped {
  readonly action: string
  /** by ARN */
  readonly principals: readonly string[]
  readonly why: string
}

/** Somebody who is not on the list and can do something to a thing of the line. */
export interface Reach {
  readonly resource: string
  readonly who: string
  /** `outside`: accounts that nobody declared; `account`: others of a declared account */
  readonly kind: 'outside' | 'account' | 'principal' | 'service' | 'anonymous'
  readonly actions: readonly string[]
  readonly condition?: ConditionBlock
  readonly verdict: 'reachable' | 'undecided'
  readonly statements: readonly Quoted[]
  readonly witness?: Witness
  readonly consequence: string
  readonly cure: string
}

export interface EscalationStep {
  readonly from: string
  readonly to: string
  /** stable: `assume-role`, `pass-role-to-lambda`, `rewrite-trust` … */
  readonly by: string
  readonly words: string
  readonly statements: readonly Quoted[]
  /** on the access list: the line works by it */
  readonly needed: boolean
  /** who describes the technique */
  readonly page?: string
  /** why it is not known whether the step can be taken */
  readonly undecided?: string
}

export interface EscalationPath {
  readonly from: string
  readonly to: string
  readonly accounts: readonly string[]
  readonly steps: readonly EscalationStep[]
  readonly consequence: string
  readonly cure: string
  /** why it is not known whether the whole of it can be gone */
  readonly undecided?: string
}

export interface Trusted {
  readonly who: string
  readonly account: string
  readonly may: readonly string[]
  readonly on: string
  readonly why: string
  /** of an account's administrators: so many roles there they can become */
  readonly roles?: number
}

export interface ProofSize {
  readonly milliseconds: number
  readonly questions: number
  /** the finest partition of each dimension, summed over all questions */
  readonly atoms: number
  readonly cubes: number
  readonly undecided: readonly { readonly question: string; readonly why: string }[]
  /** where conditions were taken wider or narrower than they are, on the safe side */
  readonly approximations: readonly string[]
}
