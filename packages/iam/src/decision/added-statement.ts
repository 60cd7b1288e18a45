import type { Policy, PolicyKind } from '../language/document.ts'
import type { Json } from '../language/json.ts'
import { parsePolicy } from '../language/parse.ts'
import type { AccessRequest } from '../language/request.ts'
import type { Side } from './decision.ts'

/** What would let a request through on one side, and nothing else with it. */
export interface SmallestStatement {
  readonly side: Side
  /** Of service control policies: the level that lacks it. */
  readonly level?: number
  /** As it would be written. */
  readonly statement: Json
  /** Where to write it, in words. */
  readonly where: string
}

/** The request as it would be asked with the statement in place. */
export function withStatement(request: AccessRequest, { side, level, statement }: SmallestStatement): AccessRequest {
  return ADDED[side](request, statement, level ?? 0)
}

type Adding = (request: AccessRequest, statement: Json, level: number) => AccessRequest

function policyOf(kind: PolicyKind, statement: Json): Policy {
  const document = parsePolicy({ Version: '2012-10-17', Statement: [statement] })
  return { kind, name: 'the added statement', document }
}

function extended(kind: PolicyKind, policy: Policy | undefined, statement: Json): Policy {
  const added = policyOf(kind, statement)
  if (!policy) return added
  const { document } = policy
  return { ...policy, document: { ...document, Statement: [...document.Statement, ...added.document.Statement] } }
}

const onResource: Adding = (request, statement) => ({
  ...request,
  resourcePolicy: extended('resource', request.resourcePolicy, statement),
})

const atLevel = (levels: AccessRequest['scps'], level: number, added: Policy) =>
  levels?.map((policies, index) => (index === level ? [...policies, added] : policies)) ?? [[added]]

const ADDED: Record<Side, Adding> = {
  identity: (request, statement) => ({
    ...request,
    identity: [...request.identity, policyOf('identity', statement)],
  }),
  boundary: (request, statement) => ({ ...request, boundary: extended('boundary', request.boundary, statement) }),
  session: (request, statement) => ({
    ...request,
    session: [...(request.session ?? []), policyOf('session', statement)],
  }),
  scp: (request, statement, level) => ({ ...request, scps: atLevel(request.scps, level, policyOf('scp', statement)) }),
  rcp: (request, statement, level) => ({ ...request, rcps: atLevel(request.rcps, level, policyOf('rcp', statement)) }),
  resource: onResource,
  key: onResource,
  trust: onResource,
}
