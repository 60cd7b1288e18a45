import type { GrantListEntry } from '@aws-sdk/client-kms'
import type { GrantConstraints, Grant as PolicyGrant } from '@tripoint/iam'
import { type Reader, table } from '../../engine/index.ts'
import { keyArn } from './key.ts'

export interface Grant {
  id: string
  token: string
  account: string
  region: string
  keyId: string
  name?: string
  created: number
  grantee: string
  retiring?: string
  issuer: string
  operations: string[]
  constraints?: GrantConstraints
}

export const grants = table<Grant>('kms/grant', { keep: true }) // [account, region, key id, grant id]

export const grantsOf = (read: Reader, key: { account: string; region: string; id: string }): Grant[] => [
  ...grants.list(read, key.account, key.region, key.id),
]

/** As the evaluator takes it. */
export const policyGrant = ({ id, grantee, operations, constraints }: Grant): PolicyGrant => ({
  id,
  grantee,
  operations,
  ...(constraints === undefined ? {} : { constraints }),
})

export const grantEntry = (grant: Grant): GrantListEntry => ({
  KeyId: keyArn({ account: grant.account, region: grant.region, id: grant.keyId }),
  GrantId: grant.id,
  ...(grant.name === undefined ? {} : { Name: grant.name }),
  CreationDate: new Date(grant.created),
  GranteePrincipal: grant.grantee,
  ...(grant.retiring === undefined ? {} : { RetiringPrincipal: grant.retiring }),
  IssuingAccount: grant.issuer,
  Operations: grant.operations as GrantListEntry['Operations'],
  ...(grant.constraints === undefined ? {} : { Constraints: grant.constraints as GrantListEntry['Constraints'] }),
})
