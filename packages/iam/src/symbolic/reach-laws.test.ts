import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type AccessRequest,
  decide,
  type Policy,
  type PolicyKind,
  parsePolicy,
  type ReachQuestion,
  reach,
  reachEach,
  requesterOf,
  type Subject,
  wildcard,
} from '../index.ts'
import { Attacker } from './attack.fixture.ts'
import { ACTIONS, KEYS, policies, RESOURCES } from './random-policy.fixture.ts'

const DEEP = process.env.TRIPOINT_DEEP === '1'
const RUNS = Number(process.env.TRIPOINT_RUNS ?? (DEEP ? 3_000 : 150))
const ATTACKS = DEEP ? 300 : 100
const SEED = Number(process.env.TRIPOINT_SEED ?? 7)

const own = (kind: PolicyKind) =>
  policies({ named: false, open: false, keys: ['x:k', 'aws:PrincipalArn'], statements: 2 }, kind)
const named = (kind: PolicyKind) => policies({ named: true, open: false, keys: Object.keys(KEYS), statements: 3 }, kind)
const one = (all: readonly Policy[]): Policy => all[0]!
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 4 })

const WHO = [
  'arn:aws:iam::111111111111:role/r',
  'arn:aws:iam::222222222222:role/s',
  'arn:aws:iam::111111111111:user/u',
  'arn:aws:iam::111111111111:root',
  'service:lambda.amazonaws.com',
  'anonymous',
]

const subject: fc.Arbitrary<Subject> = fc.oneof(
  fc
    .record({
      who: fc.constantFrom(...WHO),
      identity: own('identity'),
      boundary: maybe(own('boundary')),
      session: maybe(own('session')),
    })
    .map(({ who, identity, boundary, session }) => ({
      kind: 'known' as const,
      requester: requesterOf(who, 'run'),
      identity,
      ...(boundary ? { boundary: one(boundary) } : {}),
      ...(session ? { session } : {}),
    })),
  fc.record({
    kind: fc.constant('anyone' as const),
    include: fc.constantFrom(['*'], ['arn:aws:iam::*:role/*'], ['service:*', 'anonymous']),
    exclude: fc.constantFrom([], ['arn:aws:iam::111111111111:role/r'], ['*:root']),
    account: fc.constantFrom('111111111111', '222222222222', undefined),
  }),
)

/** Where more than policies matters. */
const SPECIAL = ['iam:PassRole', 'sts:AssumeRole', 'kms:ScheduleKeyDeletion', 'kms:RetireGrant', 'kms:DescribeKey']

const grant = fc.record({
  id: fc.constant('g'),
  grantee: fc.constantFrom(...WHO.slice(0, 2), 'lambda.amazonaws.com', 'arn:aws:sts::111111111111:assumed-role/r/run'),
  operations: fc.uniqueArray(fc.constantFrom('Decrypt', 'Encrypt', 'DescribeKey'), { minLength: 1 }),
  retiring: fc.constantFrom(...WHO.slice(0, 2)),
  constraints: fc.constantFrom(
    {},
    { EncryptionContextEquals: { a: '1' } },
    { EncryptionContextSubset: { a: '1', B: '2' } },
  ),
})

const BUCKETS = [
  { restrictPublic: true },
  { objectOwner: '222222222222' },
  { restrictPublic: true, objectOwner: '333333333333' },
]

const question: fc.Arbitrary<ReachQuestion> = fc
  .record({
    subject,
    actions: fc.uniqueArray(fc.constantFrom(...ACTIONS, ...SPECIAL), { minLength: 1, maxLength: 2 }),
    resources: fc.uniqueArray(fc.constantFrom(...RESOURCES), { minLength: 1, maxLength: 2 }),
    resourceRule: fc.constantFrom('plain', 'key', 'trust'),
    resourcePolicy: maybe(named('resource').map(one)),
    grants: maybe(fc.array(grant, { maxLength: 2 })),
    bucket: maybe(fc.constantFrom(...BUCKETS)),
    scps: maybe(own('scp').map(all => [all])),
    rcps: maybe(named('rcp').map(all => [all])),
    except: maybe(own('identity')),
  })
  .map(({ resourcePolicy, grants, bucket, scps, rcps, except, ...rest }) => ({
    ...rest,
    resourceAccount: '111111111111',
    ...(resourcePolicy ? { resourcePolicy } : {}),
    ...(grants ? { grants } : {}),
    ...(bucket ? { bucket } : {}),
    ...(scps ? { scps } : {}),
    ...(rcps ? { rcps } : {}),
    ...(except ? { except } : {}),
  }))

const ALL: Policy = {
  kind: 'identity',
  name: 'all',
  document: parsePolicy({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }),
}

/** Is the request one that the question is about? */
function isAsked(
  { subject, actions, resources, resourceAccount, except }: ReachQuestion,
  request: AccessRequest,
): boolean {
  const { requester } = request
  const about = actions.some(name => wildcard(name.toLowerCase())(request.action.toLowerCase()))
  const asks: Policy = {
    ...ALL,
    document: parsePolicy({
      Version: '2008-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: [...resources] }],
    }),
  }
  if (!about || !decide({ ...bare(request), identity: [asks] }).allowed) return false
  if (except && decide({ ...bare(request), identity: except }).allowed) return false
  if (subject.kind === 'known') return true
  const text =
    requester.roleArn ?? (requester.type === 'service' ? `service:${requester.service}` : requester.arn || 'anonymous')
  const isOf =
    subject.account === undefined ? requester.account !== resourceAccount : requester.account === subject.account
  return (
    isOf && subject.include.some(each => wildcard(each)(text)) && !subject.exclude.some(each => wildcard(each)(text))
  )
}

/** Only identity policies in play, for a role of the resource's account unless the policies look at who asks. */
function bare(request: AccessRequest): AccessRequest {
  const { requester, action, resource, context } = request
  const holder =
    requester.account && requester.type !== 'root'
      ? requester
      : { ...requester, type: 'user' as const, account: requester.account || '1' }
  const hidden = requester.account ? {} : { 'aws:PrincipalArn': [] }
  return {
    requester: holder,
    action,
    resource,
    resourceAccount: holder.account,
    context: { ...context, ...hidden },
    identity: [],
    ...(holder.type === 'federated-user' ? { session: [ALL] } : {}),
  }
}

function requestFor(question: ReachQuestion, attacker: Attacker): AccessRequest {
  const { subject, resourceAccount, resourceRule, resourcePolicy, grants, bucket, scps, rcps, except = [] } = question
  const all = [
    ...(subject.kind === 'known' ? [...subject.identity, ...(subject.boundary ? [subject.boundary] : [])] : []),
    ...(resourcePolicy ? [resourcePolicy] : []),
    ...(scps ?? []).flat(),
    ...(rcps ?? []).flat(),
    ...except,
  ]
  const asked: Policy = {
    ...ALL,
    document: parsePolicy({
      Version: '2008-10-17',
      Statement: [{ Effect: 'Allow', Action: [...question.actions], Resource: [...question.resources] }],
    }),
  }
  const multi = new Set(JSON.stringify(all).includes('For') ? ['x:set'] : [])
  const requester = subject.kind === 'known' ? subject.requester : attacker.requester('all')
  const request = attacker.request([...all, asked, asked], requester, multi)
  const pairs =
    attacker.below(3) === 0
      ? { 'kms:EncryptionContext:a': '1', ...(attacker.below(2) ? { 'kms:EncryptionContext:b': '2' } : {}) }
      : {}
  const { 'aws:username': _, 'aws:userid': __, ...context } = request.context
  return {
    ...request,
    context: { ...context, ...pairs },
    resourceAccount,
    resourceRule,
    identity: subject.kind === 'known' ? subject.identity : [ALL],
    // A federated user has nothing without a policy for his session.
    ...(requester.type === 'federated-user' ? { session: [ALL] } : {}),
    ...(subject.kind === 'known' && subject.boundary ? { boundary: subject.boundary } : {}),
    ...(subject.kind === 'known' && subject.session ? { session: subject.session } : {}),
    ...(bucket ? { bucket } : {}),
    ...(resourcePolicy ? { resourcePolicy } : {}),
    ...(grants ? { grants } : {}),
    ...(scps ? { scps } : {}),
    ...(rcps ? { rcps } : {}),
  }
}

const tally = new Map<string, number>()

test('what cannot be reached is refused by every decision, what can be is allowed', { timeout: 3_600_000 }, () => {
  fc.assert(
    fc.property(question, fc.nat(), (question, seed) => {
      const answer = reach(question)
      const key = `${question.subject.kind} ${question.resourceRule} ${answer.verdict}`
      tally.set(key, (tally.get(key) ?? 0) + 1)
      if (answer.verdict === 'refuted') {
        expect(decide(answer.witness).allowed).toBe(true)
        expect(isAsked(question, answer.witness), JSON.stringify(answer.witness)).toBe(true)
      }
      if (answer.verdict === 'undecided' && answer.approximations.length === 0 && !answer.why.includes('an id of'))
        throw new Error(answer.why)
      const each = reachEach(question)
      if (answer.verdict !== 'undecided')
        expect(each.some(({ verdict }) => verdict === 'refuted')).toBe(answer.verdict === 'refuted')
      if (answer.verdict !== 'proved') return
      const attacker = new Attacker(seed)
      for (let i = 0; i < ATTACKS; i++) {
        const request = requestFor(question, attacker)
        if (decide(request).allowed && isAsked(question, request))
          throw new Error(`reached by ${JSON.stringify(request)}`)
      }
    }),
    { numRuns: RUNS, seed: SEED },
  )
  if (DEEP) console.log([...tally].map(([what, n]) => `${what} ${n}`).join('\n'))
})
