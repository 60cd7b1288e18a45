import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromIni, fromNodeProviderChain } from '@aws-sdk/credential-providers'
import type { Definition } from '@tripoint/pipeline'
import { authorityFile, operatorKey, operatorSeed, systemRandom } from '@tripoint/twin/operator'
import { Failure } from '../report/failure.ts'
import { type Cloud, type Connection, paceOf } from './cloud.ts'

export interface CloudOptions {
  /** `role=profile`, or one profile for all. */
  profile?: readonly string[]
  endpointUrl?: string
  /** A twin's state directory: its endpoint and its operators' keys. */
  state?: string
}

/** Where a running twin can be found; written by `tripoint twin`. */
export const endpointFile = (state: string) => join(state, 'endpoint')

/** The accounts of a definition, by profiles on AWS or by a twin's state directory. */
export function cloudOf(definition: Definition, options: CloudOptions): Cloud {
  const endpoint =
    options.endpointUrl ?? (options.state === undefined ? process.env.AWS_ENDPOINT_URL : twinEndpoint(options.state))
  const profiles = new Map(
    (options.profile ?? []).map(text =>
      text.includes('=') ? (text.split('=', 2) as [string, string]) : (['', text] as const),
    ),
  )
  const authority = options.state === undefined ? undefined : trustedBy(options.state, endpoint)
  const seed = options.state === undefined ? undefined : operatorSeed(options.state, systemRandom)
  return {
    pace: paceOf(endpoint),
    account(role) {
      const account = definition.accounts[role]
      if (account === undefined) {
        throw new Failure(
          `the definition has no account "${role}"`,
          `name one of ${Object.keys(definition.accounts).join(', ')}`,
        )
      }
      const profile = profiles.get(role) ?? profiles.get('')
      const credentials =
        seed !== undefined
          ? operatorKey(seed, account)
          : profile !== undefined
            ? fromIni({ profile })
            : fromNodeProviderChain()
      return {
        account,
        region: definition.region,
        credentials,
        ...(endpoint === undefined ? {} : { endpoint }),
        ...(authority === undefined ? {} : { authority }),
      } satisfies Connection
    },
  }
}

export function twinEndpoint(state: string): string {
  if (!existsSync(endpointFile(state)))
    throw new Failure(`no twin runs on ${state}`, `start one: tripoint twin --state ${state}`)
  return readFileSync(endpointFile(state), 'utf8').trim()
}

/** What vouches for a twin that speaks TLS. */
export const trustedBy = (state: string, endpoint = ''): string | undefined =>
  endpoint.startsWith('https:') && existsSync(authorityFile(state)) ? authorityFile(state) : undefined

/** The connection to an account by its id. */
export function accountById(definition: Definition, cloud: Cloud, id: string): Connection {
  const role = Object.keys(definition.accounts).find(name => definition.accounts[name] === id)
  return cloud.account(role ?? id)
}
