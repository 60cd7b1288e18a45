import { type Reader, table } from '../../engine/index.ts'

export interface Alias {
  account: string
  region: string
  /** With its prefix: `alias/churn`. */
  name: string
  keyId: string
  created: number
  updated: number
}

export const aliases = table<Alias>('kms/alias', { keep: true }) // [account, region, name]

export const aliasArn = (account: string, region: string, name: string) => `arn:aws:kms:${region}:${account}:${name}`

export const aliasesOf = (read: Reader, key: { account: string; region: string; id: string }): Alias[] =>
  [...aliases.list(read, key.account, key.region)].filter(({ keyId }) => keyId === key.id)
