import { spawn } from 'node:child_process'
import { createHash, createHmac } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Failure } from '../report/failure.ts'
import type { Credentials } from './cloud.ts'

/**
 * User name and password for git over HTTPS to CodeCommit, good for 15 minutes: SigV4 of the method GIT.
 * https://docs.aws.amazon.com/codecommit/latest/userguide/setting-up-https-unixes.html
 */
export function gitCredential(
  url: URL,
  region: string,
  credentials: Credentials,
  now: Date,
): { username: string; password: string } {
  const stamp = now.toISOString().replace(/[-:]|\.\d{3}Z$/g, '')
  const date = stamp.slice(0, 8)
  const scope = `${date}/${region}/codecommit/aws4_request`
  const sha = (text: string) => createHash('sha256').update(text).digest('hex')
  const canonical = `GIT\n${url.pathname}\n\nhost:${url.hostname}\n\nhost\n`
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
  const key = [date, region, 'codecommit', 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${credentials.secretAccessKey}`,
  ) as Buffer
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${sha(canonical)}`).toString('hex')
  const token = credentials.sessionToken === undefined ? '' : `%${credentials.sessionToken}`
  return { username: `${credentials.accessKeyId}${token}`, password: `${stamp}Z${signature}` }
}

const program = fileURLToPath(new URL('../main.ts', import.meta.url))

/** git's settings of the section `credential`: no other helper, but this program, by this Node, wherever git is called. */
export const credentialSettings = [
  ['helper', ''],
  ['helper', `!'${process.execPath}' --disable-warning=ExperimentalWarning '${program}' git-credential`],
  ['useHttpPath', 'true'],
] as const

export interface GitAccess {
  credentials?: Credentials
  region?: string
  /** The file to trust the remote by. */
  authority?: string
}

/** Runs git with AWS credentials in place, and nothing of the user's own configuration. Throws Failure with git's words. */
export async function git(
  directory: string,
  args: readonly string[],
  { credentials, region, authority }: GitAccess = {},
): Promise<string> {
  const child = spawn(
    'git',
    [
      ...credentialSettings.flatMap(([name, value]) => ['-c', `credential.${name}=${value}`]),
      ...(authority === undefined ? [] : ['-c', `http.sslCAInfo=${authority}`]),
      ...args,
    ],
    {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: directory,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_TERMINAL_PROMPT: '0',
        GIT_AUTHOR_NAME: 'Tripoint',
        GIT_AUTHOR_EMAIL: 'tripoint@localhost',
        GIT_COMMITTER_NAME: 'Tripoint',
        GIT_COMMITTER_EMAIL: 'tripoint@localhost',
        ...(credentials === undefined
          ? {}
          : {
              AWS_ACCESS_KEY_ID: credentials.accessKeyId,
              AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
              ...(credentials.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: credentials.sessionToken }),
              AWS_REGION: region,
            }),
      },
    },
  )
  let out = ''
  let err = ''
  child.stdout.on('data', chunk => (out += chunk))
  child.stderr.on('data', chunk => (err += chunk))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (code !== 0)
    throw new Failure(
      `git ${args[0]} failed: ${err.trim()}`,
      'see that the repository exists and the credentials may push',
    )
  return out
}
