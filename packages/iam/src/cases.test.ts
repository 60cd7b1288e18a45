import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  type AccessRequest,
  type BucketSettings,
  type Decision,
  type DocumentKind,
  decide,
  decisionPath,
  denialText,
  findPolicyProblems,
  type Grant,
  isPublicPolicy,
  type Policy,
  type PolicyKind,
  PolicySyntaxError,
  parsePolicy,
  type Requester,
  type ResourceRule,
  smallestStatements,
  withStatement,
} from './index.ts'

type Statements = readonly unknown[]

interface DecisionCase {
  name?: string
  by?: string
  do?: string
  on?: string
  /** Where the role has a path. */
  role?: string
  canonicalUser?: string
  /** Where it is not the chapter's. */
  rule?: ResourceRule
  /** The resource's account. */
  of?: string
  version?: string
  condition?: unknown
  context?: Record<string, string | string[]>
  identity?: Statements
  boundary?: Statements
  session?: Statements
  /** Several policies of one session. */
  sessions?: Statements[]
  resource?: Statements
  grants?: Grant[]
  scps?: Statements[]
  rcps?: Statements[]
  managementAccount?: string
  bucket?: BucketSettings
  allowed?: boolean
  reason?: Decision['reason']
  missing?: string[]
  why?: string
  text?: string
  /** The kind of each step of the decision's path and its outcome; `!` marks the one that decides. */
  steps?: string[]
  /** Of the statements that the path shows, in its order; the near ones with what they miss. */
  shown?: string[]
  smallest?: { side: string; statement: unknown }[]
}

interface MalformedCase {
  document: unknown
  kind: DocumentKind
  text: string
  path: string
}

interface PublicCase {
  statements: Statements
  public: boolean
}

/** Values of the request of which one satisfies the operator and the other does not. */
interface OperatorCase {
  operator: string
  policy: string
  match: string
  other: string
}

interface Chapter {
  chapter: string
  page: string
  rule?: ResourceRule
  cases: (DecisionCase | MalformedCase | PublicCase | OperatorCase)[]
}

const folder = new URL('./cases/', import.meta.url)
const chapters = readdirSync(folder)
  .sort()
  .map(name => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Chapter)

for (const { chapter, page, rule, cases } of chapters) {
  describe(`${chapter} (${page})`, () => {
    for (const [index, each] of cases.entries()) {
      if ('public' in each) test(`${index} ${JSON.stringify(each)}`, () => checkPublic(each))
      else if ('operator' in each) test(each.operator, () => checkOperator(each))
      else if ('document' in each) test(`${index} ${each.text}`, () => checkMalformed(each))
      else
        test(each.name ?? `${index} ${JSON.stringify(each)}`, () => checkDecision(each, each.rule ?? rule ?? 'plain'))
    }
  })
}

function checkMalformed({ document, kind, text, path }: MalformedCase): void {
  expect(findPolicyProblems(document, kind)[0]).toMatchObject({ text, path })
  expect(() => parsePolicy(document, kind)).toThrow(new PolicySyntaxError(findPolicyProblems(document, kind)))
}

function checkPublic({ statements, public: expected }: PublicCase): void {
  expect(isPublicPolicy(parsePolicy({ Version: '2012-10-17', Statement: statements }))).toBe(expected)
}

/** Each operator in all its forms, which say the same of every operator. Both versions agree where there are no variables. */
function checkOperator({ operator, policy, match, other }: OperatorCase): void {
  const negative = /Not/.test(operator)
  const rows: [name: string, actual: string | string[] | undefined, holds: boolean][] = [
    [operator, match, true],
    [operator, other, false],
    [operator, undefined, negative],
    [`${operator}IfExists`, match, true],
    [`${operator}IfExists`, other, false],
    [`${operator}IfExists`, undefined, true],
    [`ForAllValues:${operator}`, [match, match], true],
    [`ForAllValues:${operator}`, [match, other], false],
    [`ForAllValues:${operator}`, [other], false],
    [`ForAllValues:${operator}`, undefined, true],
    [`ForAllValues:${operator}IfExists`, undefined, true],
    [`ForAnyValue:${operator}`, [other, match], true],
    [`ForAnyValue:${operator}`, [other, other], false],
    [`ForAnyValue:${operator}`, undefined, false],
    [`ForAnyValue:${operator}IfExists`, undefined, true],
    [`ForAnyValue:${operator}IfExists`, [other], false],
  ]
  for (const version of ['2008-10-17', '2012-10-17'])
    for (const [name, actual, holds] of rows) {
      const context = actual === undefined ? {} : { 'x:key': actual }
      const decision = decide(requestOf({ version, condition: { [name]: { 'X:Key': policy } }, context }, 'plain'))
      expect(decision.allowed, `${name} ${actual} (${version})`).toBe(holds)
    }
}

function checkDecision(each: DecisionCase, rule: ResourceRule): void {
  const request = requestOf(each, rule)
  const decision = decide(request)
  const allowed = each.allowed ?? false
  expect(decision).toMatchObject({ allowed, reason: each.reason ?? (allowed ? 'allowed' : 'implicit-deny') })
  expect(decision.decidedBy.length > 0).toBe(decision.reason !== 'implicit-deny')
  if (each.missing) expect(decision.missing.map(({ side }) => side)).toEqual(each.missing)
  if (each.why) expect(decision.missing.map(({ why }) => why).join('\n')).toContain(each.why)
  if (each.text) expect(denialText(request, decision)).toBe(each.text)
  checkPath(request, decision, each)
  checkSmallest(request, decision, each.smallest)
}

function checkPath(request: AccessRequest, decision: Decision, { steps, shown }: DecisionCase): void {
  const path = decisionPath(request)
  expect(path.decision).toEqual(decision)
  expect(path.steps.filter(({ decides }) => decides)).toHaveLength(1)
  const outcomes = path.steps.map(({ kind, outcome, decides }) => `${kind} ${outcome}${decides ? '!' : ''}`)
  if (steps) expect(outcomes).toEqual(steps)
  const quoted = path.steps.flatMap(({ statements, near }) => [
    ...statements.map(({ sid }) => sid),
    ...near.map(({ sid, misses }) => `${sid} misses in ${misses}`),
  ])
  if (shown) expect(quoted).toEqual(shown)
}

function checkSmallest(request: AccessRequest, decision: Decision, smallest: DecisionCase['smallest']): void {
  const found = smallestStatements(request, decision)
  if (smallest) expect(found.map(({ side, statement }) => ({ side, statement }))).toEqual(smallest)
  const curable = decision.reason === 'implicit-deny' && decision.missing.every(({ rule }) => rule === undefined)
  expect(found.length > 0).toBe(curable)
  if (curable) expect(decide(found.reduce(withStatement, request)).allowed).toBe(true)
}

function requestOf(each: DecisionCase, resourceRule: ResourceRule): AccessRequest {
  const policy = (kind: PolicyKind, Statement: Statements): Policy => ({
    kind,
    name: `${kind} policy`,
    document: parsePolicy({ Version: each.version ?? '2012-10-17', Statement }),
  })
  const levels = (kind: PolicyKind, all: Statements[]) => all.map(statements => [policy(kind, statements)])
  const conditional = each.condition && [{ Effect: 'Allow', Action: '*', Resource: '*', Condition: each.condition }]
  const identity = each.identity ?? conditional
  return {
    requester: {
      ...requesterOf(each.by ?? 'arn:aws:iam::111111111111:user/people/ada'),
      ...(each.role && { roleArn: each.role }),
      ...(each.canonicalUser && { canonicalUser: each.canonicalUser }),
    },
    action: each.do ?? 's3:GetObject',
    resource: each.on ?? 'arn:aws:s3:::b/o',
    resourceAccount: each.of ?? '111111111111',
    resourceRule,
    context: each.context ?? {},
    identity: identity ? [policy('identity', identity as Statements)] : [],
    ...(each.boundary && { boundary: policy('boundary', each.boundary) }),
    ...(each.session && { session: [policy('session', each.session)] }),
    ...(each.sessions && { session: each.sessions.map(statements => policy('session', statements)) }),
    ...(each.resource && { resourcePolicy: policy('resource', each.resource) }),
    ...(each.grants && { grants: each.grants }),
    ...(each.scps && { scps: levels('scp', each.scps) }),
    ...(each.rcps && { rcps: levels('rcp', each.rcps) }),
    ...(each.managementAccount && { managementAccount: each.managementAccount }),
    ...(each.bucket && { bucket: each.bucket }),
  }
}

function requesterOf(arn: string): Requester {
  if (arn === '' || arn === 'anonymous') return { type: 'anonymous', arn, account: '', uniqueId: '' }
  if (arn.includes(':oidc-provider/') || arn.includes(':saml-provider/'))
    return { type: 'anonymous', arn, account: '', uniqueId: '' }
  if (!arn.startsWith('arn:')) return { type: 'service', arn, account: '', uniqueId: '', service: arn }
  const [account = '', path = ''] = arn.split(':').slice(4)
  const [kind, name = '', session] = path.split('/')
  if (kind === 'root') return { type: 'root', arn, account, uniqueId: account }
  if (kind === 'user') return { type: 'user', arn, account, uniqueId: 'AIDAUSEREXAMPLE000000' }
  const roleArn = `arn:aws:iam::${account}:role/${name}`
  if (kind === 'federated-user')
    return { type: kind, arn, account, userArn: `arn:aws:iam::${account}:user/${name}`, uniqueId: `${account}:${name}` }
  const uniqueId = `${`AROA${name.toUpperCase()}EXAMPLE`.padEnd(21, '0')}:${session}`
  return { type: 'assumed-role', arn, account, roleArn, uniqueId }
}
