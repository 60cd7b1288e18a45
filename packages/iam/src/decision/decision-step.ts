import type { AccessRequest } from '../language/request.ts'
import type { Side, StatementRef } from './decision.ts'

/**
 * One box of AWS's flow chart.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export interface DecisionStep {
  readonly kind: 'deny' | 'rule' | 'grant' | Side
  readonly question: string
  readonly outcome: StepOutcome
  /** A sentence: by what, or why not. */
  readonly why: string
  /** Every one that allows, or denies; of a silent step none. */
  readonly statements: readonly StatementRef[]
  /** Of a silent step: the statements that come closest, and the first thing in which each misses. */
  readonly near: readonly NearStatement[]
  /** Whose policies are asked: an account id, or empty where it is nobody's in particular. */
  readonly account: string
  /** Of control policies: the organization's root is 0. */
  readonly level?: number
  /** The verdict falls here: the evaluation of AWS goes no further. */
  readonly decides: boolean
}

/**
 * `passes`: nothing stands in the way; `delegates`: it leaves the matter to the account's own policies; `silent`: none of its
 * statements allows; `absent`: there is no such policy; `exempt`: it does not bind this requester or resource;
 * `not-asked`: what was said before suffices.
 */
export type StepOutcome = 'passes' | 'allows' | 'delegates' | 'denies' | 'silent' | 'absent' | 'exempt' | 'not-asked'

export interface NearStatement extends StatementRef {
  readonly misses: 'principal' | 'resource' | 'condition'
}

/** A step as long as nobody knows which one decides. */
export interface Draft {
  readonly kind: DecisionStep['kind']
  readonly outcome: StepOutcome
  readonly why: string
  readonly statements?: readonly StatementRef[]
  readonly near?: readonly NearStatement[]
  readonly level?: number
}

export function finished(draft: Draft, request: AccessRequest): DecisionStep {
  const account = ACCOUNT[draft.kind]
  return {
    statements: [],
    near: [],
    ...draft,
    question: QUESTION[draft.kind],
    account: account ? account(request) : '',
    decides: false,
  }
}

const QUESTION: Record<DecisionStep['kind'], string> = {
  deny: 'does a statement of any policy deny it?',
  rule: 'does the service refuse it whatever the policies say?',
  rcp: "do the resource control policies of the resource's account let it through?",
  scp: "do the service control policies of the requester's account let it through?",
  resource: 'does the resource policy allow it?',
  key: 'does the key policy allow it?',
  grant: 'does a grant of the key allow it?',
  trust: 'does the trust policy of the role allow it?',
  identity: 'does an identity policy of the requester allow it?',
  boundary: 'does the permissions boundary allow it?',
  session: 'does a session policy allow it?',
}

const ofResource = ({ resourceAccount }: AccessRequest) => resourceAccount
const ofRequester = ({ requester }: AccessRequest) => requester.account

const ACCOUNT: Record<DecisionStep['kind'], ((request: AccessRequest) => string) | undefined> = {
  deny: undefined,
  rule: undefined,
  rcp: ofResource,
  scp: ofRequester,
  resource: ofResource,
  key: ofResource,
  grant: ofResource,
  trust: ofResource,
  identity: ofRequester,
  boundary: ofRequester,
  session: ofRequester,
}
