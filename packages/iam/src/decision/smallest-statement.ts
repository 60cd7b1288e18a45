import { arnFields } from '../language/arn.ts'
import type { PolicyVersion } from '../language/document.ts'
import type { Json } from '../language/json.ts'
import { providerOf } from '../language/principal.ts'
import type { AccessRequest, Requester } from '../language/request.ts'
import { type SmallestStatement, withStatement } from './added-statement.ts'
import { decide } from './decide.ts'
import type { Decision, Missing, Side } from './decision.ts'
import { nameOf } from './explain.ts'
import { narrowing } from './narrowing.ts'

/**
 * The smallest statements that together allow what was refused, one a side. None where a statement denies it or a rule of the
 * service refuses it: what is written beside that changes nothing.
 */
export function smallestStatements(
  request: AccessRequest,
  decision: Decision = decide(request),
): readonly SmallestStatement[] {
  const statements: SmallestStatement[] = []
  let asked = request
  let answer = decision
  // What is added can show what else is missing: a policy that names an account leaves the matter to that account's own.
  for (let round = 0; round < ROUNDS && isCurable(answer); round++) {
    const more = answer.missing.map(missing => statementFor(missing, asked))
    statements.push(...more)
    asked = more.reduce(withStatement, asked)
    answer = decide(asked)
  }
  return answer.allowed ? withoutIdle(request, statements) : []
}

/** A grant may make needless what was named first. */
function withoutIdle(request: AccessRequest, statements: readonly SmallestStatement[]): readonly SmallestStatement[] {
  const idle = statements.find(
    each => decide(statements.filter(other => other !== each).reduce(withStatement, request)).allowed,
  )
  return idle
    ? withoutIdle(
        request,
        statements.filter(each => each !== idle),
      )
    : statements
}

/** More than there are sides. */
const ROUNDS = 9

function isCurable({ reason, missing }: Decision): boolean {
  return reason === 'implicit-deny' && missing.every(({ rule }) => rule === undefined)
}

function statementFor({ side, level }: Missing, request: AccessRequest): SmallestStatement {
  const found = { side, ...(level === undefined ? {} : { level }), where: WHERE[side](request, level ?? 0) }
  const onItsSide = side === 'resource' || side === 'key' || side === 'trust'
  if (!onItsSide) return { ...found, statement: allow(side, request, {}) }
  const delegating = { ...found, statement: allow(side, request, accountOf(request)) }
  // A name in the key or trust policy of one's own account needs nothing beside it; the account does.
  const asked = decide(withStatement(request, delegating))
  const suffices = !isWithin(request) || !asked.missing.some(missing => missing.side === 'identity')
  return suffices
    ? delegating
    : { ...found, statement: allow(side, request, { Principal: nameFor(request.requester) }) }
}

function isWithin({ requester, resourceAccount }: AccessRequest): boolean {
  return requester.account === resourceAccount
}

/** What a statement says of who may: nothing where the policy is the requester's own. */
interface Whom {
  readonly Principal?: unknown
  readonly Condition?: Record<string, Record<string, unknown>>
}

/**
 * The account, and by condition the one user or role: nothing has to exist first, and one that is deleted and made anew is meant too.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
 */
function accountOf({ requester }: AccessRequest): Whom {
  if (!requester.account) return { Principal: nameFor(requester) }
  const Principal = { AWS: `arn:${partitionOf(requester)}:iam::${requester.account}:root` }
  if (requester.type === 'root') return { Principal }
  return { Principal, Condition: { ArnEquals: { 'aws:PrincipalArn': literal(requester.roleArn ?? requester.arn) } } }
}

function partitionOf({ arn }: Requester): string {
  return arn.split(':')[1] || 'aws'
}

function nameFor(requester: Requester): unknown {
  const { type, service, roleArn, arn } = requester
  const provider = providerOf(requester)
  if (type === 'service') return { Service: service }
  if (type === 'anonymous') return provider === undefined ? '*' : { Federated: provider }
  return { AWS: roleArn ?? arn }
}

function allow(side: Side, request: AccessRequest, { Principal, Condition = {} }: Whom): Json {
  const limits = side === 'boundary' || side === 'session' || side === 'scp' || side === 'rcp'
  const conditions = limits ? {} : merged(Condition, narrowing(request))
  return {
    Effect: 'Allow',
    ...(Principal === undefined ? {} : { Principal }),
    Action: request.action,
    ...resourceOf(side, request),
    ...(Object.keys(conditions).length > 0 ? { Condition: conditions } : {}),
  }
}

type Conditions = Record<string, Record<string, unknown>>

function merged(one: Conditions, other: Conditions): Conditions {
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return Object.fromEntries([...names].map(name => [name, { ...one[name], ...other[name] }]))
}

function resourceOf(side: Side, request: AccessRequest): { Resource?: string } {
  if (side === 'trust') return {}
  // In a key policy the star is the key. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
  if (side === 'key' || !arnFields(request.resource)) return { Resource: '*' }
  const beside = side === 'boundary' ? request.boundary : side === 'resource' ? request.resourcePolicy : undefined
  return { Resource: literal(request.resource, beside?.document.Version) }
}

/** The name of an object may hold a star, which only the newer version can escape. */
function literal(text: string, version: PolicyVersion = '2012-10-17'): string {
  return version === '2012-10-17' ? text.replace(/[*?]|\$(?=\{)/g, each => `\${${each}}`) : text
}

const of = ({ resource, resourceAccount }: AccessRequest) => `of ${resource}, in account ${resourceAccount}`
const who = ({ requester }: AccessRequest) => nameOf(requester)

const WHERE: Record<Side, (request: AccessRequest, level: number) => string> = {
  identity: request => `an identity policy of ${who(request)}`,
  boundary: request => `the permissions boundary of ${who(request)}`,
  session: request => `the policy that is passed when ${request.requester.arn} begins`,
  scp: ({ requester }, level) =>
    `the service control policies of level ${level + 1} above account ${requester.account}`,
  rcp: ({ resourceAccount }, level) =>
    `the resource control policies of level ${level + 1} above account ${resourceAccount}`,
  resource: request => `the resource policy ${of(request)}`,
  key: request => `the key policy ${of(request)}`,
  trust: request => `the trust policy ${of(request)}`,
}
