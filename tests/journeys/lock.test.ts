import { existsSync } from 'node:fs'
import * as kms from '@aws-sdk/client-kms'
import * as s3 from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Credentials } from '../../packages/cli/src/cloud/cloud.ts'
import { gitCredential } from '../../packages/cli/src/cloud/git.ts'
import { sendAs } from './escalation/account.ts'
import { type Holder, type LockedLine, openLockedLine, trusted } from './lock/locked-line.ts'
import { call } from './lock/presigned.ts'
import { isListed, outcome, type Reach, refusedAll } from './lock/reach.ts'
import {
  assumptions,
  BUCKET_USE,
  BY_NAME,
  KEY_ADMINISTRATION,
  KEY_USE,
  OBJECT_USE,
  PRODUCTION,
  TRAINING,
} from './lock/reaches.ts'
import { watchSockets } from './lock/sockets.ts'
import { CUSTOMER_KEY, RIGHT, WAYS, WRONG } from './lock/uploads.ts'
import { WIDENINGS } from './lock/widenings.ts'

// One line, on a twin with TLS, which has run from a push to a live endpoint; everything below attacks it from outside.

let it: LockedLine
let tried = 0
let sockets: ReadonlySet<string>
beforeAll(async () => {
  const watched = watchSockets()
  it = await openLockedLine()
  sockets = await watched()
}, 120_000)
afterAll(async () => {
  console.log(`${tried} calls of those who are not on the access list, or on it for something else: refused`)
  await it?.line.close()
})

/** What the twin says of its own troubles, and would say of a bug. */
const faults = () => it.told.filter(text => /unexpected|parked|no worker/.test(text))
const at = (Key: string) => ({ Bucket: it.names.bucket, Key })
const lineRoles = () => it.field.actors.filter(({ label }) => label.endsWith('-role'))
const roleArns = () => lineRoles().map(({ arn }) => arn)
const onList = (): Holder[] => [
  ...lineRoles().map(actor => ({ who: actor.label, ...actor })),
  ...Object.values(it.people),
]
const accounts = () => it.line.definition.accounts

async function refused(who: Holder, reaches: readonly Reach[]): Promise<void> {
  tried += await refusedAll(it, who, reaches)
}

test.runIf(existsSync('/proc/net/tcp'))('while it ran, everything that listened did so on loopback', () => {
  expect([...sockets].filter(address => !/^(127\.0\.0\.1|\[::1\]):/.test(address))).toEqual([])
  expect(sockets).toContain(new URL(it.line.twin.endpoint).host)
  // A function's Runtime API and a model's server, at least.
  expect(sockets.size).toBeGreaterThanOrEqual(3)
})

describe("what lies in the bucket lies under A's key", () => {
  const explicit =
    /^AccessDenied: User: \S+ is not authorized to perform: s3:PutObject on resource: "\S+" with an explicit deny in a resource-based policy$/

  test.each(Object.keys(WRONG))('%s is refused, in one piece, in parts and as a copy', async what => {
    const { headers, by } = WRONG[what] as (typeof WRONG)[string]
    for (const [way, command] of Object.entries(WAYS)) {
      // Who uploads may read nothing that he could copy.
      const who = way === 'CopyObject' ? it.field.owner.shared : it.people.publisher.send
      const since = it.line.audit().at(-1)?.number
      expect(await outcome(who('s3', command(at('data/wrong.csv'), headers(it))))).toMatch(explicit)
      const statements = it.line.audit(since).flatMap(({ verdicts }) => verdicts.flatMap(({ decidedBy }) => decidedBy))
      expect(statements.map(({ sid }) => sid)).toContain(by)
    }
  })

  test.each(Object.keys(RIGHT))('%s is allowed, and it lands under the key', async what => {
    const { send } = it.people.publisher
    const headers = RIGHT[what]?.(it) ?? {}
    await send('s3', new s3.PutObjectCommand({ ...at('data/whole.csv'), Body: '1,2\n', ...headers }))
    const begun = await send<s3.CreateMultipartUploadCommandOutput>(
      's3',
      new s3.CreateMultipartUploadCommand({ ...at('data/parts.csv'), ...headers }),
    )
    const part = { ...at('data/parts.csv'), UploadId: begun.UploadId, PartNumber: 1, Body: '1,2\n' }
    expect(await outcome(send('s3', new s3.UploadPartCommand({ ...part, ...CUSTOMER_KEY })))).not.toBe('ok')
    const { ETag } = await send<s3.UploadPartCommandOutput>('s3', new s3.UploadPartCommand(part))
    await send(
      's3',
      new s3.CompleteMultipartUploadCommand({
        ...at('data/parts.csv'),
        UploadId: begun.UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    )
    for (const key of ['data/whole.csv', 'data/parts.csv'])
      expect(await it.field.owner.shared('s3', new s3.HeadObjectCommand(at(key)))).toMatchObject({
        ServerSideEncryption: 'aws:kms',
        SSEKMSKeyId: it.keyArn,
        BucketKeyEnabled: true,
      })
  })

  test('over plain HTTP nothing goes in or out, from this machine either', async () => {
    const endpoint = it.line.twin.endpoint.replace('https:', 'http:')
    for (const { connection } of [
      it.people.publisher,
      ...it.strangers.filter(each => each.account === it.names.account),
    ])
      for (const command of [
        new s3.PutObjectCommand({ ...at('data/plain.csv'), Body: '1,2\n' }),
        new s3.CreateMultipartUploadCommand(at('data/plain.csv')),
        new s3.GetObjectCommand(at('data/train.csv')),
        new s3.ListObjectsV2Command({ Bucket: it.names.bucket }),
        new s3.GetBucketVersioningCommand({ Bucket: it.names.bucket }),
        new s3.DeleteObjectCommand(at('data/train.csv')),
      ])
        expect(await outcome(sendAs({ ...connection, endpoint })('s3', command))).toMatch(
          /^AccessDenied: User: \S+ is not authorized to perform: s3:\w+ on resource: "\S+" with an explicit deny in a resource-based policy$/,
        )
  })
})

describe('who is not on the access list, with all rights in the own account', () => {
  test.each(['training', 'production', 'nobody'])('%s takes nothing of the line', async account => {
    const own = accounts()[account] ?? it.nobody
    for (const who of it.strangers.filter(each => each.account === own)) {
      await refused(who, [
        ...KEY_USE,
        ...KEY_ADMINISTRATION,
        ...OBJECT_USE,
        ...BUCKET_USE,
        ...BY_NAME,
        ...(account === 'training' ? [] : TRAINING),
        ...(account === 'production' ? [] : PRODUCTION),
        ...assumptions(roleArns()),
      ])
      expect([await git(who, 'git-upload-pack'), await git(who, 'git-receive-pack')]).toEqual([404, 404])
    }
  })

  test('A cannot use the key, and so neither reads nor writes an object', async () => {
    for (const who of it.strangers.filter(each => each.account === it.names.account))
      await refused(who, [...KEY_USE, ...OBJECT_USE, ...TRAINING, ...PRODUCTION, ...assumptions(roleArns())])
  })

  test('nobody gets in without a signature', async () => {
    const { connection } = it.people.publisher
    for (const path of [`/${it.names.bucket}`, `/${it.names.bucket}/data/train.csv`])
      expect(await call(connection, path)).toMatchObject({ status: 403 })
    expect(await call(connection, '/v1/repos/churn/info/refs?service=git-upload-pack')).toMatchObject({ status: 401 })
  })
})

describe('who is on the access list', () => {
  test('may do what is there, and nothing else to what is of the line', async () => {
    const every = [
      ...KEY_USE,
      ...KEY_ADMINISTRATION,
      ...OBJECT_USE,
      ...BUCKET_USE,
      ...BY_NAME,
      ...TRAINING,
      ...PRODUCTION,
      ...assumptions(roleArns()),
    ]
    const done: string[] = []
    for (const who of onList()) {
      await refused(who, every)
      expect(await git(who, 'git-upload-pack')).toBe(who.account === it.names.account ? 403 : 404)
      for (const own of every.filter(each => READS.includes(each.action) && isListed(it, each, who.arn))) {
        expect.soft(await outcome(who.send(own.service, own.command(it))), `${who.who} ${own.what}`).toBe('ok')
        done.push(`${who.who} ${own.action}`)
      }
    }
    expect(new Set(done)).toEqual(
      new Set([
        'pipeline-role s3:ListBucket',
        'pipeline-role s3:GetBucketLocation',
        'pipeline-role s3:GetBucketAcl',
        'pipeline-role s3:GetBucketVersioning',
        'pipeline-role codecommit:GetBranch',
        'pipeline-role sts:AssumeRole',
        'stack-action-role s3:GetObject',
        'training-role s3:GetObject',
        'hosting-role s3:GetObject',
        'deployer-role sts:AssumeRole',
        'the approver codepipeline:GetPipelineState',
        'run-action-role states:DescribeStateMachine',
        'cloudformation-role states:DescribeStateMachine',
      ]),
    )
  })

  test("the deployer assumes the reporter's role and nothing else; C reaches neither B nor the pipeline's role", async () => {
    const ofTraining = roleArns().filter(arn => arn.includes(accounts().training ?? ''))
    const { pipelineRole, triggerRole } = it.names
    for (const { account, label, send } of it.field.actors.filter(each => each.account === accounts().production)) {
      const assumed = await Promise.all(
        assumptions(roleArns()).map(async ({ service, command, on }) =>
          (await outcome(send(service, command(it)))) === 'ok' ? [on(it)] : [],
        ),
      )
      expect({ account, label, assumed: assumed.flat() }).toEqual({
        account,
        label,
        assumed: label === 'deployer-role' ? [it.deploy.reporterRole.arn] : [],
      })
    }
    expect(ofTraining).toHaveLength(5)
    for (const who of it.strangers.filter(each => each.account === accounts().production))
      await refused(who, [...TRAINING, ...assumptions([...ofTraining, pipelineRole.arn, triggerRole.arn])])
  })
})

describe('nothing widens it', () => {
  test.each(WIDENINGS.map(each => [each.way, each] as const))('%s', async (_way, widening) => {
    const told = await widening.tried(it)
    tried += told.length
    expect(told).not.toEqual([])
    expect(told.filter(text => !widening.told.test(text))).toEqual([])
  })

  test('none of it has started the line, or left an object', async () => {
    const { Versions = [] } = await it.field.owner.shared<s3.ListObjectVersionsCommandOutput>(
      's3',
      new s3.ListObjectVersionsCommand({ Bucket: it.names.bucket }),
    )
    expect(Versions.filter(({ Key = '' }) => /wrong|plain|theirs/.test(Key))).toEqual([])
    expect(faults()).toEqual([])
  })
})

describe('who is trusted all the same', () => {
  test("A's administrators: who may change the key's policy can give himself its use; nobody on the list can", async () => {
    for (const { send } of it.strangers.filter(
      each => each.account === it.names.account && !each.arn.endsWith(':root'),
    )) {
      const use = () => outcome(send('kms', new kms.DecryptCommand({ CiphertextBlob: it.ciphertext })))
      expect(await trusted(send, it.keyArn, ['kms:Decrypt'], use)).toBe('ok')
      expect(await use()).toMatch(/^AccessDeniedException/)
    }
    for (const who of onList()) await refused(who, KEY_ADMINISTRATION)
  })

  test('those of B and C, as far as their own roles of the line reach', async () => {
    // Every session above was had by changing a role's trust: an account's owner can become each of its roles.
    const hosting = it.field.actor('hosting-role')
    const { model, data } = it.field.scene(hosting).objects
    expect(await outcome(hosting.send('s3', new s3.GetObjectCommand(at(model))))).toBe('ok')
    expect(await outcome(hosting.send('s3', new s3.GetObjectCommand(at(data))))).toBe('AccessDenied: Access Denied')
  })
})

/** Actions of the tables that may be carried out for a test. */
const READS = [
  's3:GetObject',
  's3:ListBucket',
  's3:GetBucketLocation',
  's3:GetBucketAcl',
  's3:GetBucketVersioning',
  'codecommit:GetBranch',
  'codepipeline:GetPipelineState',
  'states:DescribeStateMachine',
  'sts:AssumeRole',
]

/** The status of what git asks first. */
async function git({ connection }: Holder, service: string): Promise<number> {
  const url = new URL(`${connection.endpoint}/v1/repos/churn`)
  const keys = connection.credentials as Credentials
  const { username, password } = gitCredential(url, connection.region, keys, new Date())
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const { status } = await call(connection, `${url.pathname}/info/refs?service=${service}`, {
    headers: { authorization },
  })
  return status
}
