import { spawn } from 'node:child_process'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline, type Readable, type Writable } from 'node:stream'
import { AwsError, because, isAwsError, unwritable } from '../../engine/index.ts'
import type { Door, Env, Principal, Route } from '../../gate/index.ts'
import { readCommands } from './commands.ts'
import { drained } from './drained.ts'
import { gitEnvironment } from './git.ts'
import { repositories } from './repository.ts'
import { gitSignature, readCredential, sameSignature, signedAt } from './signature.ts'

interface GitRequest {
  incoming: IncomingMessage
  /** As signed: without git's own suffix. */
  path: string
  repository: string
  suffix: string
  query: string
  as: Principal
  region: string
}

/** `/v1/repos/NAME/…`: AWS's URLs carry neither account nor region; the access key and the signature do. */
export const gitRoute: Route = async (incoming, response, env, door) => {
  const url = new URL(incoming.url ?? '/', 'http://twin')
  const [, path, repository, suffix] =
    /^(\/v1\/repos\/([\w.-]+?)(?:\.git)?)\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(url.pathname) ?? []
  if (path === undefined || repository === undefined || suffix === undefined) return answer(response, 404, 'Not found')
  if (incoming.headers.authorization === undefined) {
    response.setHeader('www-authenticate', 'Basic realm="AWS CodeCommit"')
    return answer(response, 401, 'Unauthorized')
  }
  try {
    const signedPath = url.pathname.slice(0, -suffix.length - 1)
    const caller = authenticate(incoming, signedPath, repository, env, door)
    const query = url.search.slice(1)
    const request: GitRequest = { incoming, path, repository, suffix, query, ...caller }
    const pushes = suffix === 'git-receive-pack' || url.searchParams.get('service') === 'git-receive-pack'
    if (suffix === 'git-receive-pack') await push(request, response, env, door)
    else await advertiseOrFetch(request, response, door, pushes ? 'GitPush' : 'GitPull')
  } catch (error) {
    // Its client said gzip, and it is none.
    if (/^Z_/.test((error as NodeJS.ErrnoException).code ?? '')) return answer(response, 400, 'The body is not gzip')
    if (!isAwsError(error)) env.log(`git ${incoming.url}: ${error instanceof Error ? error.message : String(error)}`)
    if (response.headersSent) return void response.destroy()
    const trouble = unwritable(error, env.directory)
    if (trouble !== undefined) return answer(response, 503, trouble.message)
    const missing = isAwsError(error, 'RepositoryDoesNotExistException')
    answer(response, isAwsError(error) ? (missing ? 404 : 403) : 500, error instanceof Error ? error.message : 'Error')
  }
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`)
}

const skew = 15 * 60_000

function authenticate(incoming: IncomingMessage, path: string, repository: string, env: Env, door: Door) {
  const credential = readCredential(incoming.headers.authorization)
  const known = credential && door.principal(credential.accessKeyId, credential.sessionToken)
  if (credential === undefined || known === undefined) throw invalid()
  if (!(Math.abs(env.clock.now() - signedAt(credential.stamp)) < skew)) throw expired()
  const host = incoming.headers.host ?? ''
  const regions = [...repositories.list(env.store, known.principal.account)]
    .filter(({ name }) => name === repository)
    .map(({ region }) => region)
  if (regions.length === 0) throw new AwsError('RepositoryDoesNotExistException', `${repository} does not exist`)
  const region = regions.find(region =>
    sameSignature(gitSignature(known.secret, region, host, path, credential.stamp), credential.signature),
  )
  if (region === undefined) throw invalid()
  return { as: known.principal, region }
}

const invalid = () => new AwsError('InvalidSignatureException', 'The signature of the git credentials is not valid')
const expired = () =>
  new AwsError('InvalidSignatureException', 'The git credentials have expired: they are good for 15 minutes')

async function advertiseOrFetch(
  request: GitRequest,
  response: ServerResponse,
  door: Door,
  action: string,
): Promise<void> {
  const { repository, as, region, incoming } = request
  const opened = await door.enter('codecommit', action, { repositoryName: repository }, as, region, as.cause)
  const backend = start(request, (opened as { directory: string }).directory, incoming.headers['content-encoding'])
  feed(incoming, backend)
  await relay(backend.stdout, response)
}

/** One push at a time for a repository, so that each is recorded as its own caller's. */
const queues = new Map<string, Promise<void>>()

async function push(request: GitRequest, response: ServerResponse, env: Env, door: Door): Promise<void> {
  const { repository, as, region, incoming } = request
  const { commands, body } = await readCommands(incoming)
  const id = env.ids.uuid()
  const cause = because(as.cause, { kind: 'request', id, name: `git push ${repository}` })
  const references = commands.map(({ name }) => name)
  const input = { repositoryName: repository, references, ...(references.length === 0 ? {} : { push: id }) }
  const { directory } = (await door.enter('codecommit', 'GitPush', input, as, region, cause)) as { directory: string }
  let late: Promise<void> | undefined
  const turn = (queues.get(directory) ?? Promise.resolve()).then(async () => {
    const backend = start(request, directory)
    feed(body, backend)
    // The client hears of its push when it is recorded: the whole answer is short, and is kept back until then.
    const output: Buffer[] = []
    for await (const chunk of backend.stdout) output.push(chunk as Buffer)
    const fault = unpackFault(Buffer.concat(output))
    if (fault !== undefined) env.log(`the push to ${repository} was not taken: ${fault}`)
    const record = () => door.enter('codecommit', 'RecordPush', { push: id }, as, region, cause)
    // What git has moved is recorded when that can be written, although this client hears otherwise.
    await record().catch(error => {
      if (unwritable(error, env.directory) !== undefined) late = untilWritten(env, record)
      throw error
    })
    sendCgi(Buffer.concat(output), response)
    response.end()
  })
  const settled = turn.catch(() => late)
  queues.set(directory, settled)
  void settled.then(() => queues.get(directory) === settled && queues.delete(directory))
  await turn
}

/** What git says when it could not keep what was pushed: https://git-scm.com/docs/pack-protocol#_report_status */
function unpackFault(answer: Buffer): string | undefined {
  const text = answer.toString('latin1')
  const status = /unpack (?!ok\b)[^\n]*/.exec(text)?.[0]
  return status === undefined ? undefined : (/(?:fatal|error): [^\n]*/.exec(text)?.[0] ?? status)
}

const againMs = 1_000

async function untilWritten(env: Env, record: () => Promise<unknown>): Promise<void> {
  while (!env.works.stopping().aborted) {
    await new Promise<void>(resolve => void env.clock.after(againMs, resolve))
    try {
      await record()
      return
    } catch (error) {
      if (unwritable(error, env.directory) === undefined) return
    }
  }
}

function start({ incoming, suffix, query, as }: GitRequest, directory: string, encoding?: string) {
  const child = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      ...gitEnvironment(),
      GIT_PROJECT_ROOT: directory,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: `/${suffix}`,
      QUERY_STRING: query,
      REQUEST_METHOD: incoming.method ?? 'GET',
      CONTENT_TYPE: incoming.headers['content-type'] ?? '',
      REMOTE_USER: as.arn,
      REMOTE_ADDR: incoming.socket.remoteAddress ?? '',
      ...(encoding === undefined ? {} : { HTTP_CONTENT_ENCODING: encoding }),
      ...(incoming.headers['git-protocol'] === undefined
        ? {}
        : { GIT_PROTOCOL: String(incoming.headers['git-protocol']) }),
    },
  })
  child.stdin.on('error', () => {})
  child.on('error', () => child.stdout.destroy())
  return child
}

/** A client that is lost half way is the end of git's input: git gives up, and the next push has its turn. */
function feed(source: Readable, backend: { stdin: Writable }): void {
  pipeline(source, backend.stdin, () => {})
}

async function relay(output: Readable, response: ServerResponse): Promise<void> {
  let head = Buffer.alloc(0)
  for await (const chunk of output as AsyncIterable<Buffer>) {
    if (response.headersSent) {
      if (!response.write(chunk)) await drained(response)
      continue
    }
    head = Buffer.concat([head, chunk])
    if (head.includes('\r\n\r\n')) sendCgi(head, response)
  }
  response.end()
}

function sendCgi(bytes: Buffer, response: ServerResponse): void {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) throw new Error('git http-backend gave no answer')
  const headers = bytes
    .subarray(0, end)
    .toString('latin1')
    .split('\r\n')
    .map(line => line.split(/: *(.*)/s) as [string, string])
  const status = headers.find(([name]) => name.toLowerCase() === 'status')?.[1]
  response.statusCode = Number.parseInt(status ?? '200', 10)
  for (const [name, value] of headers) if (name.toLowerCase() !== 'status') response.setHeader(name, value)
  response.write(bytes.subarray(end + 4))
}
