import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AccessRequest, allowsNoMore, decide, deniesNoMore, type Policy, type PolicyKind } from '../index.ts'
import { Attacker } from './attack.fixture.ts'
import { type Flavour, KEYS, policies } from './random-policy.fixture.ts'

const DEEP = process.env.TRIPOINT_DEEP === '1'
const RUNS = Number(process.env.TRIPOINT_RUNS ?? (DEEP ? 3_000 : 120))
const ATTACKS = DEEP ? 300 : 100
const SEED = Number(process.env.TRIPOINT_SEED ?? 7)

const IDENTITY_KEYS = Object.keys(KEYS).filter(key => !/Service|ResourceAccount/.test(key))

interface Kind {
  readonly name: string
  readonly kind: PolicyKind
  readonly flavour: Flavour
}

const KINDS: readonly Kind[] = [
  {
    name: 'identity policies',
    kind: 'identity',
    flavour: { named: false, open: false, keys: ['x:k', 'x:n'], statements: 4 },
  },
  {
    name: 'identity policies with every condition',
    kind: 'identity',
    flavour: { named: false, open: false, keys: IDENTITY_KEYS, statements: 3 },
  },
  {
    name: 'identity policies with variables',
    kind: 'identity',
    flavour: { named: false, open: true, keys: ['x:k', 'x:arn', 'aws:username'], statements: 2 },
  },
  {
    name: 'resource policies',
    kind: 'resource',
    flavour: { named: true, open: false, keys: Object.keys(KEYS), statements: 3 },
  },
]

/** As `decide` sees a request, with the policies alone in play. */
function ruling(kind: PolicyKind, own: readonly Policy[], request: AccessRequest): 'allows' | 'denies' | 'neither' {
  const asked: AccessRequest =
    kind === 'identity'
      ? { ...request, resourceAccount: request.requester.account, identity: own, ...sessionOf(request) }
      : { ...request, resourceAccount: '999999999999', identity: [ALL], resourcePolicy: own[0]!, ...sessionOf(request) }
  const { allowed, reason } = decide(asked)
  return allowed ? 'allows' : reason === 'explicit-deny' ? 'denies' : 'neither'
}

/** A federated user has nothing without a policy for his session. */
const sessionOf = ({ requester }: AccessRequest) => (requester.type === 'federated-user' ? { session: [ALL] } : {})

const ALL: Policy = {
  kind: 'identity',
  name: 'all',
  document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['*'], Resource: ['*'] }] },
}

const tally = new Map<string, number>()
const count = (what: string) => tally.set(what, (tally.get(what) ?? 0) + 1)

function holdsUp(kind: Kind, mine: readonly Policy[], reference: readonly Policy[], seed: number): void {
  const all = [...mine, ...reference]
  const attacker = new Attacker(seed)
  const multi = new Set(JSON.stringify(all).includes('For') ? ['x:set'] : [])
  const attack = (breaks: (request: AccessRequest) => boolean) => {
    for (let i = 0; i < ATTACKS; i++) {
      const requester = attacker.requester(kind.kind === 'identity' ? 'holders' : 'all')
      const isBounded = /^(user|assumed-role)$/.test(requester.type) && attacker.below(3) === 0
      const request = { ...attacker.request(all, requester, multi), ...(isBounded ? { boundary: ALL } : {}) }
      if (breaks(request)) throw new Error(`a proof is refuted by ${JSON.stringify(request)}`)
    }
  }
  for (const [ask, word] of [
    [allowsNoMore, 'allows'],
    [deniesNoMore, 'denies'],
  ] as const) {
    const context = kind.kind === 'resource' ? { 'aws:ResourceAccount': '999999999999' } : {}
    const answer = ask(mine, reference, { actions: ['s3:GetObject', 'kms:Encrypt'], context })
    count(`${kind.name}: ${word}: ${answer.verdict}`)
    const says = (own: readonly Policy[], request: AccessRequest) => ruling(kind.kind, own, request) === word
    if (answer.verdict === 'refuted') {
      const { witness } = answer
      const requester = witness.requester ?? attacker.requester('holders')
      const request = {
        ...{ ...witness, requester, resourceAccount: '111111111111', identity: [] },
        ...(witness.bounded ? { boundary: ALL } : {}),
      }
      expect(says(mine, request), JSON.stringify(witness)).toBe(true)
      expect(says(reference, request), JSON.stringify(witness)).toBe(false)
    } else if (answer.verdict === 'proved') attack(request => says(mine, request) && !says(reference, request))
    else if (answer.approximations.length === 0) throw new Error(`undecided: ${answer.why}`)
  }
}

for (const [index, kind] of KINDS.entries()) {
  test(`a proof about ${kind.name} is never refuted, a refutation always confirmed`, { timeout: 3_600_000 }, () => {
    const some = policies(kind.flavour, kind.kind)
    fc.assert(
      fc.property(some, some, fc.nat(), fc.boolean(), (a, b, seed, joined) => {
        // Two unrelated policies are seldom within each other: half the time the reference has the other's statements too.
        const reference = joined
          ? [
              {
                ...b[0]!,
                document: {
                  ...b[0]!.document,
                  Statement: [
                    ...b[0]!.document.Statement,
                    ...a[0]!.document.Statement.filter(({ Effect }) => Effect === 'Allow'),
                  ],
                },
              },
            ]
          : b
        holdsUp(kind, a, reference, seed)
      }),
      { numRuns: RUNS, seed: SEED + index },
    )
    if (DEEP) console.log([...tally].map(([what, n]) => `${what} ${n}`).join('\n'))
  })
}
