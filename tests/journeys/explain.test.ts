import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { explainError, failureModes } from '@tripoint/proof'
import { synth } from '@tripoint/stacks'
import { afterAll, describe, expect, test } from 'vitest'
import definition from '../../examples/churn/tripoint.config.ts'
import type { Event } from '../../packages/cli/src/report/event.ts'
import {
  crossAccountPassRole,
  roleNotAssumable,
} from '../../packages/twin/src/services/cloudformation/operations/errors.ts'
import { bucketRefused, refused } from '../../packages/twin/src/services/codepipeline/actions/failure.ts'
import { invalidPrincipals, noAlias, noKey } from '../../packages/twin/src/services/kms/errors.ts'
import { deniedByS3, roleNotAssumable as functionRole } from '../../packages/twin/src/services/lambda/errors.ts'
import {
  accessDenied,
  aclsNotSupported,
  aclsWithOwnerEnforced,
  bucketNotEmpty,
} from '../../packages/twin/src/services/s3/errors.ts'
import { alreadyExists } from '../../packages/twin/src/services/sagemaker/errors.ts'
import { failures } from '../refusals/known-failures.ts'
import { desk, eventsIn } from './cli.ts'

const { folder, tripoint, inside, clear } = desk()
afterAll(clear)

const example = join(import.meta.dirname, '../../examples/churn')
const project = join(folder, 'line')
mkdirSync(project)
for (const file of ['tripoint.config.ts', 'training.template.json']) cpSync(join(example, file), join(project, file))

const denied =
  'ClientError: Artifact upload failed:User: arn:aws:sts::222222222222:assumed-role/churn-train-training-us-east-1/SageMaker is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:us-east-1:111111111111:key/1234abcd because no resource-based policy allows the kms:GenerateDataKey action'

type Explained = Extract<Event, { type: 'explanation' }>['explanation']
const explanationIn = (out: string): Explained =>
  eventsIn(out).find((event): event is Extract<Event, { type: 'explanation' }> => event.type === 'explanation')!
    .explanation

test('the known failures are those that the twin is tried with, in their order', async () => {
  expect(failureModes.map(({ id }) => id)).toEqual(Object.keys(failures))
  const { code, out } = await inside('explain --list')
  expect(code).toBe(0)
  for (const { id, number, title } of failureModes) expect(out).toMatch(new RegExp(`^${number} +${id} +${title}$`, 'm'))
})

test('without a definition: the failure, the cause, the sides, the cure', async () => {
  const { code, out } = await tripoint('explain', { input: `\u001b[31m${denied}\u001b[0m` })
  expect(code).toBe(0)
  expect(out).toMatch(/^F19 {2}a training job cannot save its model/)
  expect(out).toContain('the key policy, in account 111111111111')
  expect(out).toMatch(/ {2}cure +name the key in OutputDataConfig/)
  expect(out).not.toMatch(/in churn|✓|✗/)
})

test('with the definition here: the entry, the role, the accounts by name, and where the templates say it', async () => {
  const { code, out } = await tripoint('explain', { input: denied, cwd: project })
  expect(code).toBe(0)
  expect(out).toMatch(
    /✓ churn-train-training-us-east-1 kms:GenerateDataKey on kms:us-east-1:111111111111:key\/\S+ {2}Train\/RunWorkflow/,
  )
  expect(out).toContain('in account 111111111111 (shared)')
  expect(out).toMatch(/churn-base\.template\.json:\d+ \(key\)/)
  expect(out).toMatch(/churn-training\.template\.json:\d+ \(identity\)/)
  expect(out.replace(/\s+/g, ' ')).toContain('what is deployed is not these templates')
})

test('with templates that lack it: file, line, and the statement to add, after which it is allowed', async () => {
  synth(definition, join(project, 'templates'))
  const file = join(project, 'templates/churn-base.template.json')
  const template = JSON.parse(readFileSync(file, 'utf8'))
  const key = Object.values<{ Type: string; Properties: { KeyPolicy: { Statement: unknown[] } } }>(
    template.Resources,
  ).find(({ Type }) => Type === 'AWS::KMS::Key')!.Properties.KeyPolicy
  key.Statement = key.Statement.filter(statement => !JSON.stringify(statement).includes('churn-train-training'))
  const write = () => writeFileSync(file, JSON.stringify(template, null, 2))
  write()
  const args = `explain --config ${example} --templates templates --json`
  const broken = explanationIn((await inside(args, { input: denied, cwd: project })).out)
  const [entry] = broken.line?.entries ?? []
  expect(entry).toMatchObject({ verdict: 'denied', missing: [{ side: 'key', account: '111111111111' }] })
  const [half] = entry?.missing ?? []
  expect(half?.place?.file).toBe('templates/churn-base.template.json')
  expect(readFileSync(file, 'utf8').split('\n')[(half?.place?.line ?? 0) - 1]).toContain('KeyPolicy')
  key.Statement.push(JSON.parse(half?.statement ?? '{}'))
  write()
  const mended = explanationIn((await inside(args, { input: denied, cwd: project })).out)
  expect(mended.line?.entries[0]).toMatchObject({ access: { id: entry?.access.id }, verdict: 'allowed', missing: [] })
})

test('where a Deny refuses, the statements that may, and for who is not of the line what the templates say of him', async () => {
  const put = (role: string) =>
    `User: arn:aws:sts::222222222222:assumed-role/${role}/x is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::churn-111111111111-us-east-1/models/churn-train-1/model.tar.gz" with an explicit deny in a resource-based policy`
  const args = `explain --json --config ${example}`
  const own = explanationIn((await inside(args, { input: put('churn-train-training-us-east-1') })).out)
  expect(own.mode).toMatchObject({ number: 'F20', certainty: 'sure' })
  expect(own.line?.entries).toHaveLength(1)
  expect(own.line?.denies.map(({ sid, place }) => [sid, place?.file.endsWith('churn-base.template.json')])).toEqual(
    expect.arrayContaining([
      ['DenyOtherEncryption', true],
      ['DenyPlainHttp', true],
    ]),
  )
  const other = explanationIn((await inside(args, { input: put('churn-train-run-action-us-east-1') })).out)
  expect(other.line).toMatchObject({ entries: [], asked: { verdict: 'denied' } })
  expect(other.line?.asked?.missing.map(({ side }) => side).toSorted()).toEqual(['identity', 'resource'])
})

test('what nobody knows is said, with what could be read of it, and is no success', async () => {
  const { code, out } = await inside('explain nobody ever saw this (Service: AWSKMS; Status Code: 400)')
  expect(code).toBe(1)
  expect(out).toMatch(/^nobody here knows this text/)
  expect(out).toMatch(/service +AWSKMS/)
  expect(out).not.toContain('nobody ever saw this')
})

test('a person who pastes is told when to end, wherever the result goes', async () => {
  const { out, err } = await inside('explain', { input: denied, typed: true })
  expect(err).toBe('  paste the text, then Ctrl-D\n')
  expect(out).toMatch(/^F19/)
})

test.each([
  ['white space', 'explain', ' \n\t', 'there is no text'],
  ['a file that is not there', 'explain --file nowhere.log', undefined, 'nowhere.log cannot be read'],
  ['a definition that is not there', 'explain --config nowhere x', undefined, 'holds no tripoint.config.ts'],
])('%s is a failure with a cure', async (_what, args, input, words) => {
  const { code, out, err } = await inside(`${args} --json`, input === undefined ? {} : { input })
  expect(code).toBe(2)
  // A program that reads the events hears of it too.
  expect(eventsIn(out)).toEqual([{ type: 'failed', text: err.trimEnd() }])
  expect(err).toContain(words)
  expect(err).toContain('cure: ')
})

test('a definition here that is broken does not keep it from explaining', async () => {
  const broken = join(folder, 'broken')
  mkdirSync(broken)
  writeFileSync(join(broken, 'tripoint.config.ts'), 'export default {')
  const { code, out } = await tripoint('explain', { input: denied, cwd: broken })
  expect(code).toBe(0)
  expect(out).toMatch(/F19/)
  expect(out).toMatch(/the definition here could not be read/)
})

test('secrets of the text are not shown again', async () => {
  const secret = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY'
  writeFileSync(
    join(folder, 'log'),
    `AWS_SECRET_ACCESS_KEY=${secret} ASIAIOSFODNN7EXAMPLE\n${denied}?X-Amz-Signature=${secret}`,
  )
  const { code, out, err } = await inside('explain --file log --json')
  expect(code).toBe(0)
  expect(out + err).not.toMatch(/wJalr|IOSFODNN/)
})

describe("the twin's own words", () => {
  const role = 'arn:aws:iam::222222222222:role/x'
  const key = 'arn:aws:kms:us-east-1:111111111111:key/k'
  test.each([
    ['cross-account-pass-role', refused('cloudformation', crossAccountPassRole()).failed.message],
    ['artifact-not-readable', bucketRefused('line', accessDenied()).failed.message],
    ['invalid-principal', invalidPrincipals().message],
    ['function-code-not-readable', deniedByS3('packages/code.zip', 'Access Denied').message],
    [
      'name-taken',
      alreadyExists('endpoint configuration', 'arn:aws:sagemaker:us-east-1:333333333333:endpoint-config/churn').message,
    ],
    ['bucket-left-behind', bucketNotEmpty('line', true).message],
    ['acls-disabled', aclsNotSupported().message],
    ['acls-disabled', aclsWithOwnerEnforced().message],
    ['stack-role-not-assumable', roleNotAssumable(role).message],
    ['function-role-not-assumable', functionRole().message],
    ['alias-elsewhere', noAlias('arn:aws:kms:us-east-1:222222222222:alias/line').message],
    ['key-not-found', noKey(key).message],
    ['s3-access-denied', refused('s3', accessDenied()).failed.message],
  ])('%s', (id, text) => {
    expect(explainError(text).mode).toMatchObject({ id, certainty: 'sure' })
  })
})
