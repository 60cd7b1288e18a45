import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  type AccessRequest,
  type Decision,
  type DocumentKind,
  decide,
  denialText,
  findPolicyProblems,
  type Grant,
  type Policy,
  type PolicyKind,
  PolicySyntaxError,
  parsePolicy,
  type Requester,
  type ResourceRule,
} from './index.ts'

type Statements = readonly unknown[]

interface DecisionCase {
  name?: string
  by?: string
  do?: string
  on?: string
  /** The resource's account. */
  of?: string
  version?: string
  condition?: unknown
  context?: Record<string, string | string[]>
  identity?: Statements
  boundary?: Statements
  session?: Statements
  resource?: Statements
  grants?: Grant[]
  scps?: Statements[]
  rcps?: Statements[]
  allowed?: boolean
  reason?: Decision['reason']
  missing?: string[]
  why?: string
  text?: string
}

interface MalformedCase {
  document: unknown
  kind: DocumentKind
  text: string
  path: string
}

interface Chapter {
  chapter: string
  page: string
  rule?: ResourceRule
  cases: (DecisionCase | MalformedCase)[]
}

const folder = new URL('./cases/', import.meta.url)
const chapters = readdirSync(folder)
  .sort()
  .map(name => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Chapter)

for (const { chapter, page, rule, cases } of chapters) {
  describe(`${chapter} (${page})`, () => {
    for (const [index, each] of cases.entries()) {
      if ('document' in each) test(`${index} ${each.text}`, () => checkMalformed(each))
      else test(each.name ?? `${index} ${JSON.stringify(each)}`, () => checkDecision(each, rule ?? 'plain'))
    }
  })
}

function checkMalformed({ document, kind, text, path }: MalformedCase): void {
  expect(findPolicyProblems(document, kind)[0]).toMatchObject({ text, path })
  expect(() => parsePolicy(document, kind)).toThrow(new PolicySyntaxError(findPolicyProblems(document, kind)))
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
    requester: requesterOf(each.by ?? 'arn:aws:iam::111111111111:user/people/ada'),
    action: each.do ?? 's3:GetObject',
    resource: each.on ?? 'arn:aws:s3:::b/o',
    resourceAccount: each.of ?? '111111111111',
    resourceRule,
    context: each.context ?? {},
    identity: identity ? [policy('identity', identity as Statements)] : [],
    ...(each.boundary && { boundary: policy('boundary', each.boundary) }),
    ...(each.session && { session: [policy('session', each.session)] }),
    ...(each.resource && { resourcePolicy: policy('resource', each.resource) }),
    ...(each.grants && { grants: each.grants }),
    ...(each.scps && { scps: levels('scp', each.scps) }),
    ...(each.rcps && { rcps: levels('rcp', each.rcps) }),
  }
}

function requesterOf(arn: string): Requester {
  if (arn === '') return { type: 'anonymous', arn, account: '', uniqueId: '' }
  if (!arn.startsWith('arn:')) return { type: 'service', arn, account: '', uniqueId: '', service: arn }
  const [account = '', path = ''] = arn.split(':').slice(4)
  const [kind, name = '', session] = path.split('/')
  if (kind === 'root') return { type: 'root', arn, account, uniqueId: account }
  if (kind === 'user') return { type: 'user', arn, account, uniqueId: 'AIDAUSEREXAMPLE000000' }
  const roleArn = `arn:aws:iam::${account}:role/${name}`
  const uniqueId = `${`AROA${name.toUpperCase()}EXAMPLE`.padEnd(21, '0')}:${session}`
  return { type: 'assumed-role', arn, account, roleArn, uniqueId }
}
