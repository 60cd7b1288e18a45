import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AccessRequest, decide, type Policy, type PolicyKind, parsePolicy, wildcard } from './index.ts'

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
)

const statement = (effect: fc.Arbitrary<string>, named: boolean) =>
  fc.record({
    Effect: effect,
    Action: fc.array(action, { minLength: 1, maxLength: 2 }),
    Resource: fc.array(resource, { minLength: 1, maxLength: 2 }),
    ...(named ? { Principal: principal } : {}),
    Condition: condition,
  })

type Statement = Record<string, unknown>
const either = fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny')
const statements = (named = false) => fc.array(statement(either, named), { minLength: 1, maxLength: 4 })

const policy = (kind: PolicyKind, Statement: readonly Statement[]): Policy => ({
  kind,
  name: kind,
  document: parsePolicy(JSON.parse(JSON.stringify({ Version: '2012-10-17', Statement }))),
})

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

interface World {
  account: string
  action: string
  resource: string
  rule: 'plain' | 'key' | 'trust'
  value: string[]
  identity: Statement[]
  boundary: Statement[] | undefined
  session: Statement[] | undefined
  resourcePolicy: Statement[] | undefined
  scp: Statement[] | undefined
}

const world: fc.Arbitrary<World> = fc.record({
  account: fc.constantFrom('111111111111', '222222222222'),
  action: fc.constantFrom('s3:GetObject', 's3:PutObject'),
  resource: fc.constantFrom('arn:aws:s3:::a/x', 'arn:aws:s3:::b/y', '*'),
  rule: fc.constantFrom('plain', 'key', 'trust'),
  value: fc.constantFrom([], ['1'], ['22'], ['1', '3']),
  identity: statements(),
  boundary: maybe(statements()),
  session: maybe(statements()),
  resourcePolicy: maybe(statements(true)),
  scp: maybe(statements()),
})

function requestOf(world: World): AccessRequest {
  return {
    requester: {
      type: 'assumed-role',
      arn: 'arn:aws:sts::111111111111:assumed-role/r/s',
      account: '111111111111',
      roleArn: 'arn:aws:iam::111111111111:role/r',
      uniqueId: 'AROAEXAMPLE:s',
    },
    action: world.action,
    resource: world.resource,
    resourceAccount: world.account,
    resourceRule: world.rule,
    context: { 'x:k': world.value },
    identity: [policy('identity', world.identity)],
    ...(world.boundary && { boundary: policy('boundary', world.boundary) }),
    ...(world.session && { session: [policy('session', world.session)] }),
    ...(world.resourcePolicy && { resourcePolicy: policy('resource', world.resourcePolicy) }),
    ...(world.scp && { scps: [[policy('scp', world.scp)]] }),
  }
}

const allows = (world: World) => decide(requestOf(world)).allowed

test('one more Deny, on any side, never allows more', () => {
  const side = fc.constantFrom('identity', 'boundary', 'session', 'resourcePolicy', 'scp')
  fc.assert(
    fc.property(world, statement(fc.constant('Deny'), true), side, (before, { Principal, ...deny }, side) => {
      const added = side === 'resourcePolicy' ? { Principal, ...deny } : deny
      // A side that is absent does not limit; one that holds only a Deny would.
      const present = before[side as 'identity']
      fc.pre(present !== undefined)
      if (allows({ ...before, [side]: [...present, added] })) expect(allows(before)).toBe(true)
    }),
  )
})

test('one more Allow, on any side, never allows less', () => {
  const side = fc.constantFrom('identity', 'boundary', 'session', 'resourcePolicy', 'scp')
  fc.assert(
    fc.property(world, statement(fc.constant('Allow'), true), side, (before, { Principal, ...allow }, side) => {
      const added = side === 'resourcePolicy' ? { Principal, ...allow } : allow
      const present = before[side as 'identity']
      fc.pre(present !== undefined)
      if (allows(before)) expect(allows({ ...before, [side]: [...present, added] })).toBe(true)
    }),
  )
})

test('the order of statements does not matter, nor how they are spread over policies', () => {
  fc.assert(
    fc.property(world, before => {
      const request = requestOf(before)
      const spread = before.identity.map(each => policy('identity', [each])).reverse()
      expect(decide({ ...request, identity: spread }).reason).toBe(decide(request).reason)
    }),
  )
})

test('neither a session policy nor a boundary widens', () => {
  fc.assert(
    fc.property(world, before => {
      if (allows(before)) expect(allows({ ...before, session: undefined, boundary: undefined })).toBe(true)
    }),
  )
})

test('a refusal says what is missing, an allow says by which statements', () => {
  fc.assert(
    fc.property(world, before => {
      const decision = decide(requestOf(before))
      expect(decision.allowed).toBe(decision.missing.length === 0)
      expect(decision.decidedBy.length > 0).toBe(decision.reason !== 'implicit-deny')
    }),
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
