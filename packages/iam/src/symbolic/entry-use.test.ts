import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allowsNoMore, type EntryUse, entryUses, type Policy, type PolicyKind, parsePolicy } from '../index.ts'
import { policies } from './random-policy.fixture.ts'

const RUNS = process.env.TRIPOINT_DEEP === '1' ? 3_000 : 100

const policy = (statements: readonly unknown[], kind: PolicyKind = 'identity'): Policy => ({
  kind,
  name: kind,
  document: parsePolicy({ Version: '2012-10-17', Statement: statements }),
})

const short = (uses: readonly EntryUse[]) => uses.map(({ action, resource, use }) => `${action} ${resource} ${use}`)

describe('what of each entry is needed', () => {
  const needed = [policy([{ Effect: 'Allow', Action: 's3:GetObject', Resource: ['arn:aws:s3:::a/*'] }])]

  test('whole, in part, not, twice', () => {
    const mine = policy([
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:Get*', 's3:PutObject'], Resource: 'arn:aws:s3:::a/*' },
      { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/x' },
    ])
    expect(short(entryUses([mine], needed))).toEqual([
      's3:GetObject arn:aws:s3:::a/* needed',
      's3:Get* arn:aws:s3:::a/* wider',
      's3:PutObject arn:aws:s3:::a/* unneeded',
      's3:GetObject arn:aws:s3:::a/x repeated',
    ])
  })

  test('of the same said twice, the first is kept', () => {
    const uses = entryUses([...needed, ...needed], needed)
    expect(uses.map(({ use }) => use)).toEqual(['needed', 'repeated'])
  })

  test('what is denied anyway', () => {
    const mine = policy([
      { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/*' },
      { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::*' },
    ])
    expect(entryUses([mine], needed)).toMatchObject([{ use: 'unneeded', why: 'a Deny takes all of it away' }])
  })

  test('each principal by itself', () => {
    const statement = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }
    const names = ['arn:aws:iam::111111111111:role/a', 'arn:aws:iam::111111111111:role/b']
    const uses = entryUses(
      [policy([{ ...statement, Principal: { AWS: names, Service: 'lambda.amazonaws.com' } }], 'resource')],
      [policy([{ ...statement, Principal: { AWS: names[0] } }], 'resource')],
    )
    expect(uses.map(({ principal, use }) => [principal, use])).toEqual([
      [names[0], 'needed'],
      [names[1], 'unneeded'],
      ['lambda.amazonaws.com', 'unneeded'],
    ])
  })
})

/** A policy of just these entries. */
function rebuilt(uses: readonly EntryUse[]): Policy[] {
  return uses.map(({ policy: { document, ...rest }, statement, action, resource }) => {
    const whole = document.Statement[statement]!
    const Statement = [
      {
        ...whole,
        ...(whole.Action ? { Action: [action] } : {}),
        ...(whole.Resource ? { Resource: [resource!] } : {}),
      },
    ]
    return { ...rest, document: { ...document, Statement } }
  })
}

const denies = (all: readonly Policy[]): Policy[] =>
  all.map(({ document, ...rest }) => ({
    ...rest,
    document: { ...document, Statement: document.Statement.filter(({ Effect }) => Effect === 'Deny') },
  }))

test('a needed entry is within the reference, a repeated one within those that are kept, a wider one is not within', () => {
  const some = policies({ named: false, open: false, keys: ['x:k', 'x:n'], statements: 3 }, 'identity')
  fc.assert(
    fc.property(some, some, (mine, reference) => {
      const uses = entryUses(mine, reference)
      const of = (...wanted: readonly EntryUse['use'][]) => uses.filter(({ use }) => wanted.includes(use))
      const kept = rebuilt(of('needed', 'wider', 'undecided'))
      for (const entry of rebuilt(of('needed'))) {
        expect(allowsNoMore([entry, ...denies(mine)], reference).verdict).toBe('proved')
      }
      for (const entry of rebuilt(of('repeated'))) {
        expect(allowsNoMore([entry, ...denies(mine)], [...kept, ...denies(mine)]).verdict).toBe('proved')
      }
      for (const use of of('wider')) {
        expect(allowsNoMore([...rebuilt([use]), ...denies(mine)], reference).verdict).toBe('refuted')
        expect(use.witness).toBeDefined()
      }
    }),
    { numRuns: RUNS, seed: 11 },
  )
})
