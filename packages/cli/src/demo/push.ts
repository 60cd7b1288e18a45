import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Connection, Credentials } from '../cloud/cloud.ts'
import { git } from '../cloud/git.ts'

/** Commits what the project holds, its data left out, and pushes it with real git; the commit's id. */
export async function push(
  project: string,
  url: string,
  branch: string,
  message: string,
  connection: Connection,
): Promise<string> {
  const credentials =
    typeof connection.credentials === 'function'
      ? await connection.credentials()
      : (connection.credentials as Credentials)
  if (!existsSync(join(project, '.git'))) {
    await git(project, ['init', '--quiet', `--initial-branch=${branch}`])
    await git(project, ['remote', 'add', 'origin', url])
  }
  await git(project, ['remote', 'set-url', 'origin', url])
  await git(project, ['add', '--all', '--', '.', ':!data'])
  await git(project, ['commit', '--quiet', '--allow-empty', '-m', message])
  await git(project, ['push', '--quiet', 'origin', branch], {
    credentials,
    region: connection.region,
    ...(connection.authority === undefined ? {} : { authority: connection.authority }),
  })
  return (await git(project, ['rev-parse', 'HEAD'])).trim()
}
