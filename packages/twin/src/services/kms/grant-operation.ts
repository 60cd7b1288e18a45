import type * as kms from '@aws-sdk/client-kms'
import type { Reader } from '../../engine/index.ts'
import { type Call, type Context, type Demand, operation } from '../../gate/index.ts'
import { encryptionContext } from './cryptography.ts'
import { dryRun, noGrant, required, validation } from './errors.ts'
import { type Grant, grantEntry, grants, grantsOf } from './grant.ts'
import { keyArn } from './key.ts'
import { requireNotDeleted, requireUsable } from './key-state.ts'
import { callerContext, findKey, onKey } from './named-key.ts'
import { page } from './page.ts'

const anyAccount = { otherAccounts: true }

/** A service asks for a grant on behalf of its customer. …/conditions-kms.html#conditions-kms-grant-is-for-aws-resource */
const forResource = (call: Call) => ({
  'kms:GrantIsForAWSResource': String(call.via.length > 0 || call.principal.type === 'service'),
})

const isService = (principal: string | undefined) => principal?.endsWith('.amazonaws.com') === true

const grantConditions = (input: kms.CreateGrantCommandInput, call: Call): NonNullable<Demand['context']> => {
  const { EncryptionContextEquals, EncryptionContextSubset } = input.Constraints ?? {}
  const pairs = EncryptionContextEquals ?? EncryptionContextSubset
  const { 'kms:EncryptionAlgorithm': _, ...context } = encryptionContext(pairs)
  return {
    ...context,
    ...forResource(call),
    'kms:GrantOperations': input.Operations ?? [],
    'kms:GranteePrincipal': isService(input.GranteePrincipal) ? undefined : input.GranteePrincipal,
    'kms:GranteeServicePrincipal': isService(input.GranteePrincipal) ? input.GranteePrincipal : undefined,
    'kms:RetiringPrincipal': isService(input.RetiringPrincipal) ? undefined : input.RetiringPrincipal,
    'kms:RetiringServicePrincipal': isService(input.RetiringPrincipal) ? input.RetiringPrincipal : undefined,
    'kms:GrantConstraintType':
      pairs === undefined
        ? undefined
        : EncryptionContextEquals === undefined
          ? 'EncryptionContextSubset'
          : 'EncryptionContextEquals',
  }
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html */
export const createGrant = operation<typeof kms, 'CreateGrant'>({
  authorize: (input, context) => [
    onKey(
      context,
      findKey(context.read, context.call, input.KeyId, anyAccount),
      'kms:CreateGrant',
      grantConditions(input, context.call),
    ),
  ],
  run(input, { tx, call, env }) {
    const key = requireUsable(findKey(tx, call, input.KeyId, anyAccount).key)
    if (input.GranteePrincipal === undefined) throw required('granteePrincipal')
    if (input.Operations === undefined || input.Operations.length === 0) throw required('operations')
    if (input.Operations.some(name => !operationsOfSymmetricKeys.has(name))) {
      throw validation(`Operations are not valid for a symmetric encryption key: ${input.Operations.join(', ')}`)
    }
    if (input.DryRun === true) throw dryRun()
    const again = grantsOf(tx, key).find(grant => sameGrant(grant, input))
    if (again !== undefined) return { GrantId: again.id, GrantToken: again.token }
    const grant: Grant = {
      id: env.ids.hex(64),
      token: Buffer.from(env.ids.bytes(96)).toString('base64'),
      account: key.account,
      region: key.region,
      keyId: key.id,
      created: call.now,
      grantee: input.GranteePrincipal,
      issuer: `arn:aws:iam::${call.principal.account}:root`,
      operations: [...input.Operations],
      ...(input.Name === undefined ? {} : { name: input.Name }),
      ...(input.RetiringPrincipal === undefined ? {} : { retiring: input.RetiringPrincipal }),
      ...(input.Constraints === undefined
        ? {}
        : { constraints: input.Constraints as NonNullable<Grant['constraints']> }),
    }
    grants.put(tx, [key.account, key.region, key.id, grant.id], grant)
    return { GrantId: grant.id, GrantToken: grant.token }
  },
})

const operationsOfSymmetricKeys = new Set<string>([
  'CreateGrant',
  'Decrypt',
  'DescribeKey',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
  'RetireGrant',
])

/** A named request that is repeated gives the first one's grant. */
const sameGrant = (grant: Grant, input: kms.CreateGrantCommandInput) =>
  grant.name !== undefined &&
  grant.name === input.Name &&
  grant.grantee === input.GranteePrincipal &&
  JSON.stringify([grant.operations, grant.constraints]) === JSON.stringify([input.Operations, input.Constraints])

const onGrants =
  (action: string) =>
  ({ KeyId }: { KeyId: string | undefined }, context: Context) => [
    onKey(context, findKey(context.read, context.call, KeyId, anyAccount), action, forResource(context.call)),
  ]

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html */
export const listGrants = operation<typeof kms, 'ListGrants'>({
  authorize: onGrants('kms:ListGrants'),
  run(input, { tx, call }) {
    const found = grantsOf(tx, findKey(tx, call, input.KeyId, anyAccount).key)
      .filter(({ id }) => input.GrantId === undefined || id === input.GrantId)
      .filter(({ grantee }) => input.GranteePrincipal === undefined || grantee === input.GranteePrincipal)
    const { shown, more } = page(found, ({ id }) => id, input, 50)
    return { Grants: shown.map(grantEntry), ...more }
  },
})

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_RevokeGrant.html */
export const revokeGrant = operation<typeof kms, 'RevokeGrant'>({
  authorize: onGrants('kms:RevokeGrant'),
  run(input, { tx, call }) {
    if (input.GrantId === undefined) throw required('grantId')
    const key = requireNotDeleted(findKey(tx, call, input.KeyId, anyAccount).key)
    const grant = grants.get(tx, key.account, key.region, key.id, input.GrantId)
    if (grant === undefined) throw noGrant(input.GrantId)
    if (input.DryRun === true) throw dryRun()
    grants.delete(tx, key.account, key.region, key.id, grant.id)
    return {}
  },
})

function retirable(read: Reader, call: Call, input: kms.RetireGrantCommandInput): Grant {
  if (input.GrantToken !== undefined) {
    for (const grant of grants.list(read)) if (grant.token === input.GrantToken) return grant
    throw validation('Invalid token')
  }
  if (input.KeyId === undefined || input.GrantId === undefined) throw required('grantToken')
  const { key } = findKey(read, call, input.KeyId, anyAccount)
  const grant = grants.get(read, key.account, key.region, key.id, input.GrantId)
  if (grant === undefined) throw noGrant(input.GrantId)
  return grant
}

/** The retiring principal, or a grantee whose grant has RetireGrant, needs no policy. */
const mayRetire = ({ principal }: Call, grant: Grant): boolean => {
  // Most grants have no retiring principal, and most principals are no service: nobody is not somebody.
  const names = [principal.arn, principal.roleArn, principal.service].filter(name => name !== undefined)
  return (
    (grant.retiring !== undefined && names.includes(grant.retiring)) ||
    (names.includes(grant.grantee) && grant.operations.includes('RetireGrant'))
  )
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_RetireGrant.html */
export const retireGrant = operation<typeof kms, 'RetireGrant'>({
  authorize(input, context: Context) {
    const { read, call } = context
    const grant = retirable(read, call, input)
    if (mayRetire(call, grant)) return []
    const { key } = findKey(read, call, keyArn({ ...grant, id: grant.keyId }), anyAccount)
    return [onKey(context, { key }, 'kms:RetireGrant')]
  },
  run(input, { tx, call }) {
    const grant = retirable(tx, call, input)
    if (input.DryRun === true) throw dryRun()
    grants.delete(tx, grant.account, grant.region, grant.keyId, grant.id)
    return {}
  },
})

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListRetirableGrants.html */
export const listRetirableGrants = operation<typeof kms, 'ListRetirableGrants'>({
  authorize: (_input, { call }) => [{ action: 'kms:ListRetirableGrants', resource: '*', context: callerContext(call) }],
  run(input, { tx, call }) {
    const found = [...grants.list(tx)].filter(
      ({ retiring, region }) =>
        retiring !== undefined && retiring === input.RetiringPrincipal && region === call.region,
    )
    const { shown, more } = page(found, ({ id }) => id, input, 50)
    return { Grants: shown.map(grantEntry), ...more }
  },
})
