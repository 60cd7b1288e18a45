export { type SmallestStatement, withStatement } from './decision/added-statement.ts'
export { decide } from './decision/decide.ts'
export type { Decision, Missing, Rule, Side, StatementRef } from './decision/decision.ts'
export { type DecisionPath, decisionPath } from './decision/decision-path.ts'
export type { DecisionStep, NearStatement, StepOutcome } from './decision/decision-step.ts'
export { denialText } from './decision/denial.ts'
export { smallestStatements } from './decision/smallest-statement.ts'
export { type Arn, arnLike, parseArn } from './language/arn.ts'
export type {
  ConditionBlock,
  Policy,
  PolicyDocument,
  PolicyKind,
  PolicyVersion,
  Principals,
  Statement,
} from './language/document.ts'
export { OPERATOR_NAMES } from './language/operator.ts'
export { PolicySyntaxError, parsePolicy } from './language/parse.ts'
export { type DocumentKind, type Finding, findPolicyProblems, STATEMENT_ELEMENTS } from './language/problem.ts'
export { isPublicPolicy } from './language/public-policy.ts'
export type {
  AccessRequest,
  BucketSettings,
  Grant,
  GrantConstraints,
  PrincipalType,
  Requester,
  ResourceRule,
} from './language/request.ts'
export { wildcard } from './language/wildcard.ts'
export type { Answer, Caps, Size } from './symbolic/answer.ts'
export { allowsNoMore, type CompareOptions, deniesNoMore, type PolicyRequest } from './symbolic/compare.ts'
export { type EntryUse, entryUses } from './symbolic/entry-use.ts'
export { reach, reachEach } from './symbolic/reach.ts'
export type { ReachQuestion, Subject } from './symbolic/reach-question.ts'
export { requesterOf } from './symbolic/requester.ts'
