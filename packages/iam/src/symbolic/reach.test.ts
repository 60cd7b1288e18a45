import { expect, test } from 'vitest'
import {
  type Policy,
  type PolicyKind,
  parsePolicy,
  type ReachQuestion,
  reach,
  reachEach,
  requesterOf,
  type Subject,
} from '../index.ts'

const policy = (kind: PolicyKind, statements: readonly unknown[]): Policy => ({
  kind,
  name: kind,
  document: parsePolicy({ Version: '2012-10-17', Statement: statements }),
})

const ROOT = 'arn:aws:iam::111111111111:root'
const TRAIN = 'arn:aws:iam::222222222222:role/train'
const KEY = 'arn:aws:kms:us-east-1:111111111111:key/k'

const use = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::222222222222:root' },
  Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
  Resource: '*',
  Condition: {
    ArnEquals: { 'aws:PrincipalArn': TRAIN },
    StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' },
  },
}
const administer = { Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'kms:PutKeyPolicy', Resource: '*' }

const key = (subject: Subject, statements: readonly unknown[] = [administer, use]): ReachQuestion => ({
  subject,
  actions: ['kms:*'],
  resources: [KEY],
  resourceAccount: '111111111111',
  resourceRule: 'key',
  resourcePolicy: policy('resource', statements),
})

const outside: Subject = { kind: 'anyone', include: ['*'], exclude: [TRAIN], account: undefined }
const inside: Subject = { kind: 'anyone', include: ['*'], exclude: [], account: '111111111111' }

test('nobody outside uses the key but who is named', () => {
  expect(reach(key(outside)).verdict).toBe('proved')
  expect(reach(key({ ...outside, exclude: [] }))).toMatchObject({
    verdict: 'refuted',
    witness: { requester: { roleArn: TRAIN }, context: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
  })
})

test('whoever the owner lets, administers it', () => {
  const actions = reachEach(key(inside)).map(answer => answer.verdict === 'refuted' && answer.witness.action)
  expect(actions).toEqual(['kms:PutKeyPolicy'])
})

test('each action that can be reached, by its name', () => {
  const train: Subject = {
    kind: 'known',
    requester: requesterOf(TRAIN),
    identity: [policy('identity', [{ Effect: 'Allow', Action: 'kms:*', Resource: KEY }])],
  }
  const actions = reachEach(key(train)).map(answer => answer.verdict === 'refuted' && answer.witness.action)
  expect(actions).toEqual(['kms:Decrypt', 'kms:GenerateDataKey'])
  const needed = [policy('identity', [{ Effect: 'Allow', Action: ['kms:Decrypt', 'kms:G*'], Resource: '*' }])]
  expect(reach({ ...key(train), except: needed }).verdict).toBe('proved')
  const boundary = policy('boundary', [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }])
  expect(reach(key({ ...train, boundary })).verdict).toBe('proved')
  const elsewhere = { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' }
  expect(reach({ ...key(train), context: elsewhere }).verdict).toBe('proved')
})

test('everybody of the account whose number a condition gives', () => {
  const open = { ...use, Principal: '*', Condition: { StringEquals: { 'kms:CallerAccount': '222222222222' } } }
  expect(reach(key(outside, [open]))).toMatchObject({
    verdict: 'refuted',
    witness: { requester: { account: '222222222222' } },
  })
  expect(reach(key({ ...outside, account: '333333333333' }, [open])).verdict).toBe('proved')
})

const DIRECT = 'arn:aws:iam::111111111111:role/direct'
const silent = policy('boundary', [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }])

test('a role that the key policy names is still within its boundary', () => {
  const role: Subject = { kind: 'known', requester: requesterOf(DIRECT), identity: [] }
  const named = { ...administer, Principal: { AWS: DIRECT } }
  expect(reach(key(role, [named])).verdict).toBe('refuted')
  expect(reach(key({ ...role, boundary: silent }, [named])).verdict).toBe('proved')
})

test('a boundary makes a denying NotPrincipal deny whom it spares', () => {
  const role: Subject = { kind: 'known', requester: requesterOf(DIRECT), identity: [] }
  const boundary = policy('boundary', [{ Effect: 'Allow', Action: '*', Resource: '*' }])
  const spared = {
    ...administer,
    Effect: 'Deny',
    Principal: undefined,
    NotPrincipal: { AWS: [DIRECT, ROOT, sessionOf(DIRECT)] },
  }
  const named = [{ ...administer, Principal: { AWS: DIRECT } }, spared]
  expect(reach(key(role, named)).verdict).toBe('refuted')
  expect(reach(key({ ...role, boundary }, named)).verdict).toBe('proved')
})

const sessionOf = (role: string) => requesterOf(role).arn

test('across accounts both sides must allow', () => {
  const train: Subject = { kind: 'known', requester: requesterOf(TRAIN), identity: [] }
  const bucket = { ...use, Action: 's3:GetObject', Condition: {} }
  const question: ReachQuestion = { ...key(train, [bucket]), actions: ['*'], resources: ['*'], resourceRule: 'plain' }
  expect(reach(question).verdict).toBe('proved')
  expect(reach({ ...question, subject: { ...outside, exclude: [] } }).verdict).toBe('refuted')
})

test('of a key that is open to everybody, strangers get what works across accounts', () => {
  const open = { ...administer, Principal: '*', Action: 'kms:*' }
  const stranger: Subject = { ...outside, include: ['arn:*'] }
  expect(reach(key(stranger, [open])).verdict).toBe('refuted')
  expect(reach({ ...key(stranger, [open]), actions: ['kms:Put*', 'kms:ScheduleKeyDeletion'] }).verdict).toBe('proved')
  expect(reach({ ...key(stranger, [open]), actions: ['kms:Decrypt'] }).verdict).toBe('refuted')
})

test('an administrator of another account cannot administer the key, whatever its policy says', () => {
  const everybody = { ...administer, Principal: '*' }
  expect(reach(key({ ...outside, include: ['arn:*'] }, [everybody])).verdict).toBe('proved')
  expect(reach(key(inside, [everybody])).verdict).toBe('refuted')
})

test('a grant lets in by itself', () => {
  const grants = [
    { id: 'g', grantee: TRAIN, operations: ['Encrypt'], constraints: { EncryptionContextEquals: { job: '1' } } },
  ]
  const train: Subject = { kind: 'known', requester: requesterOf(TRAIN), identity: [] }
  expect(reach({ ...key(train), grants })).toMatchObject({
    verdict: 'refuted',
    witness: { action: 'kms:Encrypt', context: { 'kms:EncryptionContext:job': '1' } },
  })
  const other = {
    Effect: 'Allow',
    Action: '*',
    Resource: '*',
    Condition: { Null: { 'kms:EncryptionContext:other': 'false' } },
  }
  expect(reach({ ...key({ ...train, boundary: policy('boundary', [other]) }), grants }).verdict).toBe('proved')
  expect(reach({ ...key(train), grants, context: { 'kms:EncryptionContext:other': '1' } }).verdict).toBe('proved')
})
