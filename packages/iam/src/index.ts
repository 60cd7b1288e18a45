export { type Arn, arnLike, parseArn } from './arn.ts'
export { decide } from './decide.ts'
export type { Decision, Missing, Side, StatementRef } from './decision.ts'
export { denialText } from './denial.ts'
export type {
  ConditionBlock,
  Policy,
  PolicyDocument,
  PolicyKind,
  PolicyVersion,
  Principals,
  Statement,
} from './document.ts'
export { PolicySyntaxError, parsePolicy } from './parse.ts'
export { type DocumentKind, type Finding, findPolicyProblems } from './problem.ts'
export type { AccessRequest, Grant, GrantConstraints, PrincipalType, Requester, ResourceRule } from './request.ts'
export { wildcard } from './wildcard.ts'
