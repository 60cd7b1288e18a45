export type { Api, InputOf, InvokeOptions, OperationName, OutputOf } from './api.ts'
export { assume } from './assume.ts'
export { type AuditEntry, audit, auditEntries, type Verdict } from './audit.ts'
export { anonymous, credential, principalOf, rootOf, servicePrincipal } from './authenticate.ts'
export { causeOf, type Gate, gate } from './gate.ts'
export { type LogDestination, type LogWriter, logWriter, unlessExists } from './log-writer.ts'
export {
  type AnyOperation,
  type Call,
  type Context,
  type Demand,
  type Door,
  type Env,
  internalOperation,
  operation,
  type Route,
  type Service,
  type TxContext,
} from './operation.ts'
export {
  administratorOf,
  type OperatorKey,
  operatorKey,
  operatorOf,
  operatorSeed,
  operatorToken,
} from './operator.ts'
export { page, pageByName } from './page.ts'
export { currentPolicy, pinPrincipals } from './policy-principals.ts'
export {
  accessKeys,
  attachablePolicy,
  defaultDocument,
  type Identity,
  type ManagedPolicy,
  managedPolicies,
  type PinnedPrincipals,
  type Principal,
  type Role,
  roles,
  type Session,
  sessionOf,
  sessions,
  type User,
  users,
} from './principal.ts'
export type { Properties, Resource, ResourceIo, ResourceType } from './resource-type.ts'
export { identityTags, requestTags, resourceTags, type Tags, tagKeys, tagList, tagsOf, withoutTags } from './tags.ts'
