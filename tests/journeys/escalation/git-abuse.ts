import { gitCredential } from '../../../packages/cli/src/cloud/git.ts'
import type { Actor } from './actor.ts'
import { repositoryOf, type Scene } from './path.ts'

/** What git's first question is answered with, before anything is fetched or pushed. */
export async function askedByGit({ connection }: Actor, scene: Scene, service: string): Promise<number> {
  const { endpoint, region, credentials } = connection
  const url = new URL(`${endpoint}/v1/repos/${repositoryOf(scene)}`)
  const keys = typeof credentials === 'function' ? await credentials() : credentials
  const { username, password } = gitCredential(url, region, keys, new Date())
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const answer = await fetch(`${url}/info/refs?service=${service}`, { headers: { authorization } })
  await answer.arrayBuffer()
  return answer.status
}
