import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type AccessRequest,
  decide,
  decisionPath,
  type Grant,
  type Policy,
  type PolicyKind,
  parsePolicy,
  type Requester,
  smallestStatements,
  wildcard,
  withStatement,
} from './index.ts'

const action = fc.constantFrom('s3:GetObject', 's3:PutObject', 's3:*', '*', 'kms:Decrypt', 's3:?etObject')
const resource = fc.constantFrom(
  '*',
  'arn:aws:s3:::a/*',
  'arn:aws:s3:::a/x',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
  'arn:aws:s3:::b/${aws:username}',
  'arn:aws:s3:::*',
)
const condition = fc.constantFrom(
  undefined,
  { StringEquals: { 'x:k': '1' } },
  { StringNotEquals: { 'x:k': '1' } },
  { Null: { 'x:k': 'true' } },
  { 'ForAnyValue:StringLike': { 'x:k': ['1', '2*'] } },
)
const principal = fc.constantFrom<unknown>(
  '*',
  { AWS: '111111111111' },
  { AWS: 'arn:aws:iam::111111111111:role/r' },
  { AWS: 'arn:aws:sts::111111111111:assumed-role/r/s' },
  { AWS: 'arn:aws:iam::222222222222:root' },
  { Service: 'events.amazonaws.com' },
)

const statement = (effect: fc.Arbitrary<string>, named: boolean) =>
  fc.record({
    Effect: effect,
    Action: fc.array(action, { minLength: 1, maxLength: 2 }),
    Resource: fc.array(resource, { minLength: 1, maxLength: 2 }),
    ...(named ? { Principal: principal } : {}),
    Condition: condition,
  })

const RUNS = { numRuns: 300 }

const STRANGER: Requester = {
  type: 'user',
  arn: 'arn:aws:iam::333333333333:user/stranger',
  account: '333333333333',
  uniqueId: 'AIDASTRANGER',
}

type Statement = Record<string, unknown>
const either = fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny')
const statements = (named = false) => fc.array(statement(either, named), { minLength: 1, maxLength: 4 })

const policy = (kind: PolicyKind, Statement: readonly Statement[]): Policy => ({
  kind,
  name: kind,
  document: parsePolicy(JSON.parse(JSON.stringify({ Version: '2012-10-17', Statement }))),
})

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

/** The policies of each side that a request can meet. */
interface Sides {
  identity: Statement[]
  boundary: Statement[] | undefined
  session: Statement[] | undefined
  resourcePolicy: Statement[] | undefined
  scp: Statement[] | undefined
  unitScp: Statement[] | undefined
  rcp: Statement[] | undefined
}

interface World extends Sides {
  requester: Requester
  account: string
  action: string
  resource: string
  rule: 'plain' | 'key' | 'trust'
  value: string[]
  grants: Grant[] | undefined
  managementAccount: string | undefined
  objectOwner: string | undefined
  restrictPublic: boolean
}

const account = fc.constantFrom('111111111111', '222222222222')

const requester = fc.constantFrom<Requester>(
  {
    type: 'assumed-role',
    arn: 'arn:aws:sts::111111111111:assumed-role/r/s',
    account: '111111111111',
    roleArn: 'arn:aws:iam::111111111111:role/r',
    uniqueId: 'AROAEXAMPLE:s',
  },
  { type: 'user', arn: 'arn:aws:iam::111111111111:user/x', account: '111111111111', uniqueId: 'AIDAEXAMPLE' },
  {
    type: 'federated-user',
    arn: 'arn:aws:sts::111111111111:federated-user/x',
    account: '111111111111',
    userArn: 'arn:aws:iam::111111111111:user/x',
    uniqueId: '111111111111:x',
  },
  { type: 'root', arn: 'arn:aws:iam::111111111111:root', account: '111111111111', uniqueId: '111111111111' },
  { type: 'service', arn: 'events.amazonaws.com', account: '', uniqueId: '', service: 'events.amazonaws.com' },
  { type: 'anonymous', arn: '', account: '', uniqueId: '' },
)

const grant: fc.Arbitrary<Grant> = fc.record({
  id: fc.constant('g'),
  grantee: fc.constantFrom(
    'arn:aws:iam::111111111111:role/r',
    'arn:aws:iam::111111111111:user/x',
    'events.amazonaws.com',
  ),
  operations: fc.constantFrom(['Decrypt'], ['Encrypt']),
})

const world: fc.Arbitrary<World> = fc.record({
  requester,
  account,
  action: fc.constantFrom('s3:GetObject', 's3:PutObject', 'kms:Decrypt'),
  resource: fc.constantFrom('arn:aws:s3:::a/x', 'arn:aws:s3:::b/y', 'arn:aws:s3:::a/*', '*'),
  rule: fc.constantFrom('plain', 'key', 'trust'),
  value: fc.constantFrom([], ['1'], ['22'], ['1', '3']),
  identity: statements(),
  boundary: maybe(statements()),
  session: maybe(statements()),
  resourcePolicy: maybe(statements(true)),
  scp: maybe(statements()),
  unitScp: maybe(statements()),
  rcp: maybe(statements(true)),
  grants: maybe(fc.array(grant, { maxLength: 2 })),
  managementAccount: maybe(account),
  objectOwner: maybe(account),
  restrictPublic: fc.boolean(),
})

function requestOf(world: World): AccessRequest {
  const { requester, action, resource, account, rule, value, grants, managementAccount, objectOwner } = world
  return {
    requester,
    action,
    resource,
    resourceAccount: account,
    resourceRule: rule,
    context: { 'x:k': value },
    bucket: { restrictPublic: world.restrictPublic, ...(objectOwner && { objectOwner }) },
    identity: [policy('identity', world.identity)],
    ...(grants && { grants }),
    ...(managementAccount && { managementAccount }),
    ...(world.boundary && { boundary: policy('boundary', world.boundary) }),
    ...(world.session && { session: [policy('session', world.session)] }),
    ...(world.resourcePolicy && { resourcePolicy: policy('resource', world.resourcePolicy) }),
    ...(world.scp && {
      scps: [world.scp, ...(world.unitScp ? [world.unitScp] : [])].map(each => [policy('scp', each)]),
    }),
    ...(world.rcp && { rcps: [[policy('rcp', world.rcp)]] }),
  }
}

const allows = (world: World) => decide(requestOf(world)).allowed

const side = fc.constantFrom<keyof Sides>('identity', 'boundary', 'session', 'resourcePolicy', 'scp', 'unitScp', 'rcp')
const namesPrincipals = (side: keyof Sides) => side === 'resourcePolicy' || side === 'rcp'

/** The world with one more statement on a side; undefined where that side is absent: a policy would be new, not wider. */
function extended(world: World, side: keyof Sides, { Principal, ...rest }: Statement): World | undefined {
  const added = namesPrincipals(side) ? { Principal, ...rest } : rest
  const present = world[side]
  return present && { ...world, [side]: [...present, added] }
}

test('one more Deny, on any side, never allows more', () => {
  fc.assert(
    fc.property(world, statement(fc.constant('Deny'), true), side, (before, deny, side) => {
      const after = extended(before, side, deny)
      fc.pre(after !== undefined)
      if (allows(after)) expect(allows(before)).toBe(true)
    }),
    RUNS,
  )
})

test('one more Allow, on any side, never allows less', () => {
  fc.assert(
    fc.property(world, statement(fc.constant('Allow'), true), side, (before, allow, side) => {
      const after = extended(before, side, allow)
      fc.pre(after !== undefined)
      // The one exception: a statement can make a bucket's policy public, which RestrictPublicBuckets then holds back whole.
      fc.pre(!(before.restrictPublic && side === 'resourcePolicy'))
      if (allows(before)) expect(allows(after)).toBe(true)
    }),
    RUNS,
  )
})

test('the order of statements does not matter, nor how they are spread over policies', () => {
  fc.assert(
    fc.property(world, before => {
      const request = requestOf(before)
      const spread = before.identity.map(each => policy('identity', [each])).reverse()
      expect(decide({ ...request, identity: spread }).reason).toBe(decide(request).reason)
      const turned = { ...before, resourcePolicy: before.resourcePolicy?.toReversed(), rcp: before.rcp?.toReversed() }
      expect(decide(requestOf(turned)).reason).toBe(decide(request).reason)
    }),
    RUNS,
  )
})

const EVERYTHING = { Effect: 'Allow', Action: '*', Resource: '*' }

test('neither a session policy, nor a boundary, nor a control policy, nor the public access block widens', () => {
  fc.assert(
    fc.property(world, before => {
      if (!allows(before)) return
      // A federated user has nothing but by the policy of his session.
      const session = before.requester.type === 'federated-user' ? [EVERYTHING] : undefined
      const none = { boundary: undefined, session, scp: undefined, rcp: undefined, restrictPublic: false }
      for (const [name, value] of Object.entries(none)) expect(allows({ ...before, [name]: value })).toBe(true)
    }),
    RUNS,
  )
})

test('a grant never allows less, and none but a key knows grants', () => {
  fc.assert(
    fc.property(world, grant, (before, added) => {
      const after = { ...before, grants: [...(before.grants ?? []), added] }
      if (allows(before)) expect(allows(after)).toBe(true)
      if (before.rule !== 'key') expect(allows(after)).toBe(allows(before))
    }),
    RUNS,
  )
})

test('across accounts nobody gets in whom the side of the resource does not name', () => {
  fc.assert(
    fc.property(world, before => {
      fc.pre(before.requester.account !== before.account && before.objectOwner === undefined)
      expect(allows({ ...before, resourcePolicy: undefined, grants: undefined })).toBe(false)
    }),
    RUNS,
  )
})

test('a refusal says what is missing, an allow says by which statements', () => {
  fc.assert(
    fc.property(world, before => {
      const decision = decide(requestOf(before))
      expect(decision.allowed).toBe(decision.missing.length === 0)
      expect(decision.decidedBy.length > 0).toBe(decision.reason !== 'implicit-deny')
    }),
    RUNS,
  )
})

test('the path ends where the decision falls, and shows the statements that made it', () => {
  fc.assert(
    fc.property(world, before => {
      const request = requestOf(before)
      const { decision, steps } = decisionPath(request)
      expect(decision).toEqual(decide(request))
      const stops = steps.filter(({ outcome }) => outcome === 'denies' || outcome === 'silent')
      expect(stops.length === 0).toBe(decision.allowed)
      expect(steps.filter(({ decides }) => decides)).toEqual(
        decision.allowed ? [steps.findLast(({ outcome }) => outcome === 'allows')] : stops.slice(0, 1),
      )
      const shown = steps.flatMap(({ statements }) => statements)
      for (const ref of decision.decidedBy) expect(shown).toContainEqual(ref)
    }),
    RUNS,
  )
})

test('the smallest statements let in what was refused, and each of them is needed', () => {
  fc.assert(
    fc.property(world, before => {
      const request = requestOf(before)
      const { reason, missing } = decide(request)
      const statements = smallestStatements(request)
      const barred = missing.some(({ rule }) => rule !== undefined)
      fc.pre(!barred)
      if (reason !== 'implicit-deny') return void expect(statements).toEqual([])
      // A statement for everybody can make the bucket's policy public.
      fc.pre(!(before.restrictPublic && before.requester.type === 'anonymous'))
      const added = (some: typeof statements) => decide(some.reduce(withStatement, request)).allowed
      expect(added(statements)).toBe(true)
      for (const each of statements) expect(added(statements.filter(other => other !== each))).toBe(false)
    }),
    RUNS,
  )
})

test('the smallest statements let nobody in but the one they are for, to nothing but what it asked', () => {
  const other: Requester = { ...STRANGER, account: '111111111111', arn: 'arn:aws:iam::111111111111:user/other' }
  fc.assert(
    fc.property(world, before => {
      const request = requestOf({ ...before, objectOwner: undefined })
      fc.pre(request.requester.type === 'user' || request.requester.type === 'assumed-role')
      const statements = smallestStatements(request).filter(({ side }) => ['resource', 'key', 'trust'].includes(side))
      const after = statements.reduce(withStatement, request)
      for (const asker of [other, STRANGER])
        expect(decide({ ...after, requester: asker }).allowed).toBe(decide({ ...request, requester: asker }).allowed)
      const elsewhere = { action: 'kms:Encrypt' }
      expect(decide({ ...after, ...elsewhere }).allowed).toBe(decide({ ...request, ...elsewhere }).allowed)
    }),
    RUNS,
  )
})

test('a wildcard pattern matches what the regular expression matches', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ':', '/'), maxLength: 12 })
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 8 })
  fc.assert(
    fc.property(pattern, text, (pattern, text) => {
      const regex = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`)
      expect(wildcard(pattern)(text)).toBe(regex.test(text))
    }),
    { numRuns: 2000 },
  )
})

test('a pattern of many stars does not blow up', () => {
  const matches = wildcard(`${'*a'.repeat(200)}*b`)
  const before = performance.now()
  expect(matches('a'.repeat(20_000))).toBe(false)
  expect(performance.now() - before).toBeLessThan(200)
})
