import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CodeCommit } from '@aws-sdk/client-codecommit'
import { EventBridge } from '@aws-sdk/client-eventbridge'
import { IAM } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Twin, twin } from '../../twin.ts'
import { gitSignature } from './signature.ts'

const a = '111111111111'
const region = 'eu-west-1'
const state = mkdtempSync(join(tmpdir(), 'twin-codecommit-'))
const work = mkdtempSync(join(tmpdir(), 'twin-work-'))
let it: Twin

const config = () => {
  const { accessKeyId, secretAccessKey } = it.operator(a)
  return { endpoint: it.endpoint, region, credentials: { accessKeyId, secretAccessKey } }
}
const codecommit = () => new CodeCommit(config())

/** The clone URL with SigV4-GIT credentials in it. */
function signed(url: string, key: { accessKeyId: string; secretAccessKey: string } = it.operator(a)): string {
  const to = new URL(url)
  const stamp = new Date().toISOString().replace(/[-:]|\.\d+Z/g, '')
  to.username = key.accessKeyId
  to.password = `${stamp}Z${gitSignature(key.secretAccessKey, region, to.host, to.pathname, stamp)}`
  return to.href
}

const environment = {
  PATH: process.env.PATH ?? '',
  HOME: work,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
}

/** Not synchronous: the twin that answers is in this process. */
const git = (directory: string, ...args: string[]) =>
  new Promise<string>((resolve, reject) => {
    const child = spawn('git', args, { cwd: directory, env: environment })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += chunk))
    child.on('close', code => (code === 0 ? resolve(output) : reject(new Error(output))))
  })

beforeAll(async () => {
  it = await twin({ state, log: message => console.error(message) })
})
afterAll(async () => {
  await it.close()
  rmSync(state, { recursive: true })
  rmSync(work, { recursive: true })
})

test('what real git pushes is what the API reads, and each reference becomes one event', async () => {
  const { repositoryMetadata: made } = await codecommit().createRepository({ repositoryName: 'churn' })
  const url = made?.cloneUrlHttp ?? ''
  expect(url).toBe(`${it.endpoint}/v1/repos/churn`)
  const events = new EventBridge(config())
  const EventPattern = JSON.stringify({
    source: ['aws.codecommit'],
    detail: { referenceName: [{ 'anything-but': { prefix: 'x' } }] },
  })
  await events.putRule({ Name: 'pushes', EventPattern })
  const { EventBusArn: Arn } = await events.createEventBus({ Name: 'mirror' })
  await events.putTargets({ Rule: 'pushes', Targets: [{ Id: 'mirror', Arn }] })

  const clone = join(work, 'clone')
  await git(work, 'clone', '-q', signed(url), 'clone')
  writeFileSync(join(clone, 'a.txt'), 'one\n')
  writeFileSync(join(clone, 'big.bin'), Buffer.alloc(3_000_000, 'abcdefg'))
  await git(clone, 'add', '.')
  await git(clone, 'commit', '-qm', 'first\n\nwith a body')
  await git(clone, 'push', '-q', signed(url), 'HEAD:refs/heads/main')
  const head = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: clone, env: environment }).toString().trim()

  const { branch } = await codecommit().getBranch({ repositoryName: 'churn', branchName: 'main' })
  expect(branch?.commitId).toBe(head)
  const { commit } = await codecommit().getCommit({ repositoryName: 'churn', commitId: head })
  expect(commit).toMatchObject({ message: 'first\n\nwith a body\n', author: { name: 'Ada', email: 'ada@example.org' } })
  const file = await codecommit().getFile({ repositoryName: 'churn', filePath: 'a.txt' })
  expect(Buffer.from(file.fileContent ?? []).toString()).toBe('one\n')

  const put = await codecommit().putFile({
    repositoryName: 'churn',
    branchName: 'main',
    parentCommitId: head,
    filePath: 'dir/b.txt',
    fileContent: Buffer.from('two'),
  })
  await git(clone, 'pull', '-q', signed(url), 'main')
  expect((await git(clone, 'rev-parse', 'HEAD')).trim()).toBe(put.commitId)
  const { differences } = await codecommit().getDifferences({
    repositoryName: 'churn',
    beforeCommitSpecifier: head,
    afterCommitSpecifier: 'main',
  })
  expect(differences?.map(({ changeType, afterBlob }) => [changeType, afterBlob?.path])).toEqual([['A', 'dir/b.txt']])

  const seen = () => [...it.audit()].filter(entry => entry.operation === 'ForwardEvent' && entry.outcome === 'ok')
  await expect.poll(() => seen().length).toBe(2)
  expect(seen()[0]?.cause.map(({ kind }) => kind)).toEqual(['request', 'push', 'event'])
}, 20_000)

test('a signature of another secret, path or day is refused, and so is who may only read', async () => {
  const url = `${it.endpoint}/v1/repos/churn`
  const wrong = { ...it.operator(a), secretAccessKey: 'x'.repeat(40) }
  await expect(git(work, 'ls-remote', signed(url, wrong))).rejects.toThrow('403')
  await expect(git(work, 'ls-remote', url)).rejects.toThrow(/could not read Username|terminal prompts disabled/)

  const iam = new IAM(config())
  await iam.createUser({ UserName: 'reader' })
  const { AccessKey } = await iam.createAccessKey({ UserName: 'reader' })
  const key = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
  const resource = `arn:aws:codecommit:${region}:${a}:churn`
  // AWS's own example: pushes to main are denied, to other branches allowed.
  const Statement = [
    { Effect: 'Allow', Action: ['codecommit:GitPull', 'codecommit:GitPush'], Resource: resource },
    {
      Effect: 'Deny',
      Action: 'codecommit:GitPush',
      Resource: resource,
      Condition: {
        StringEqualsIfExists: { 'codecommit:References': ['refs/heads/main'] },
        Null: { 'codecommit:References': 'false' },
      },
    },
  ]
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  await iam.putUserPolicy({ UserName: 'reader', PolicyName: 'git', PolicyDocument })
  const clone = join(work, 'clone')
  writeFileSync(join(clone, 'c.txt'), 'three')
  await git(clone, 'add', '.')
  await git(clone, 'commit', '-qm', 'third')
  await expect(git(clone, 'push', signed(url, key), 'HEAD:main')).rejects.toThrow('403')
  await git(clone, 'push', signed(url, key), 'HEAD:other')
  const { branches } = await codecommit().listBranches({ repositoryName: 'churn' })
  expect(branches).toEqual(['main', 'other'])
})

test('a push that was not recorded because the twin was killed is recorded when it is back', async () => {
  const { repositoryMetadata } = await codecommit().getRepository({ repositoryName: 'churn' })
  const directory = join(state, 'codecommit', a, region, `${repositoryMetadata?.repositoryId}.git`)
  const tip = (await codecommit().getBranch({ repositoryName: 'churn', branchName: 'other' })).branch?.commitId ?? ''
  await it.close()
  execFileSync('git', ['--git-dir', directory, 'update-ref', 'refs/heads/late', tip])
  const { openStore } = await import('../../engine/index.ts')
  const store = openStore(state)
  const push = {
    repository: [a, region, 'churn'],
    id: repositoryMetadata?.repositoryId,
    caller: { arn: 'x', cause: [] },
  }
  store.transact(tx => tx.put(['codecommit/push', 'p'], push))
  await store.close()
  it = await twin({ state })
  const late = async () => (await codecommit().listBranches({ repositoryName: 'churn' })).branches
  await expect.poll(late).toContain('late')
})

test('a git that was killed, or that outlived its twin, does not hinder the pushes that come', async () => {
  const { repositoryMetadata } = await codecommit().getRepository({ repositoryName: 'churn' })
  const directory = join(state, 'codecommit', a, region, `${repositoryMetadata?.repositoryId}.git`)
  const clone = join(work, 'clone')
  const tip = (await git(clone, 'rev-parse', 'HEAD')).trim()
  const move = (name: string) => execFileSync('git', ['--git-dir', directory, 'update-ref', name, tip])
  const branches = async () => (await codecommit().listBranches({ repositoryName: 'churn' })).branches
  const url = () => signed(`${it.endpoint}/v1/repos/churn`)

  await it.close()
  move('refs/heads/never-answered')
  writeFileSync(join(directory, 'refs', 'heads', 'locked.lock'), '')
  it = await twin({ state })
  expect(await branches()).not.toContain('never-answered')
  expect(execFileSync('git', ['--git-dir', directory, 'for-each-ref'], { encoding: 'utf8' })).not.toContain('never')
  await git(clone, 'push', url(), 'HEAD:locked')

  move('refs/heads/orphan')
  expect(await git(clone, 'push', url(), 'HEAD:orphan')).toContain('up-to-date')
  expect(await branches()).toEqual(expect.arrayContaining(['locked', 'orphan']))
})

test('a client that is lost in the middle of its push keeps nobody waiting', async () => {
  const to = new URL(signed(`${it.endpoint}/v1/repos/churn`))
  const command = `${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/half\0report-status`
  const body = `${(command.length + 4).toString(16).padStart(4, '0')}${command}0000PACK`
  const lost = request(`${it.endpoint}/v1/repos/churn/git-receive-pack`, {
    method: 'POST',
    auth: `${decodeURIComponent(to.username)}:${decodeURIComponent(to.password)}`,
    headers: { 'content-type': 'application/x-git-receive-pack-request', 'content-length': 1_000_000 },
  })
  lost.on('error', () => {})
  lost.write(body)
  await new Promise(resolve => setTimeout(resolve, 300))
  lost.destroy()
  await git(join(work, 'clone'), 'push', signed(`${it.endpoint}/v1/repos/churn`), 'HEAD:after')
}, 10_000)
