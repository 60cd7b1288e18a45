/**
 * Gaps: symmetric keys only (no RSA, ECC, HMAC, imported material, custom key stores, multi-Region keys); enabling rotation
 *   is recorded but only RotateKeyOnDemand changes the material; GenerateDataKeyPair and Recipient are refused by name.
 * By design: a key's material lies in the state directory; a grant works at once, its token is not needed; a bare alias is
 *   looked up in the caller's account, as on AWS; a key whose waiting period has passed is gone at once.
 * Client quirks: KMS errors carry old query codes, so the wire adds x-amzn-query-error only for clients in query mode.
 */
import type { Env, ResourceType, Service } from '../../gate/index.ts'
import { createAlias, deleteAlias, listAliases, updateAlias } from './alias-operation.ts'
import { createKey } from './create-key.ts'
import {
  decrypt,
  encrypt,
  generateDataKey,
  generateDataKeyWithoutPlaintext,
  generateRandom,
  hidesOtherAccounts,
  reEncrypt,
} from './cryptography.ts'
import { describeKey, listKeys, updateKeyDescription } from './describe-key.ts'
import { createGrant, listGrants, listRetirableGrants, retireGrant, revokeGrant } from './grant-operation.ts'
import { keys } from './key.ts'
import { getKeyPolicy, listKeyPolicies, putKeyPolicy } from './key-policy.ts'
import { aliasResource, keyResource } from './key-resource.ts'
import { cancelKeyDeletion, disableKey, enableKey, scheduleKeyDeletion } from './key-state.ts'
import {
  disableKeyRotation,
  enableKeyRotation,
  getKeyRotationStatus,
  listKeyRotations,
  rotateKeyOnDemand,
} from './rotation.ts'
import { listResourceTags, tagResource, untagResource } from './tag.ts'

export const kmsService: Service = {
  name: 'kms',
  sdk: [() => import('@aws-sdk/client-kms').then(sdk => ({ module: sdk, client: sdk.KMSClient }))],
  denied: 'AccessDeniedException',
  denial: hidesOtherAccounts,
  operations: {
    CancelKeyDeletion: cancelKeyDeletion,
    CreateAlias: createAlias,
    CreateGrant: createGrant,
    CreateKey: createKey,
    Decrypt: decrypt,
    DeleteAlias: deleteAlias,
    DescribeKey: describeKey,
    DisableKey: disableKey,
    DisableKeyRotation: disableKeyRotation,
    EnableKey: enableKey,
    EnableKeyRotation: enableKeyRotation,
    Encrypt: encrypt,
    GenerateDataKey: generateDataKey,
    GenerateDataKeyWithoutPlaintext: generateDataKeyWithoutPlaintext,
    GenerateRandom: generateRandom,
    GetKeyPolicy: getKeyPolicy,
    GetKeyRotationStatus: getKeyRotationStatus,
    ListAliases: listAliases,
    ListGrants: listGrants,
    ListKeyPolicies: listKeyPolicies,
    ListKeyRotations: listKeyRotations,
    ListKeys: listKeys,
    ListResourceTags: listResourceTags,
    ListRetirableGrants: listRetirableGrants,
    PutKeyPolicy: putKeyPolicy,
    ReEncrypt: reEncrypt,
    RetireGrant: retireGrant,
    RevokeGrant: revokeGrant,
    RotateKeyOnDemand: rotateKeyOnDemand,
    ScheduleKeyDeletion: scheduleKeyDeletion,
    TagResource: tagResource,
    UntagResource: untagResource,
    UpdateAlias: updateAlias,
    UpdateKeyDescription: updateKeyDescription,
  },
  open: forgetDeletedKeys,
}

export const kmsResourceTypes: ResourceType[] = [keyResource, aliasResource]

/** Material whose waiting period is over is destroyed. */
function forgetDeletedKeys({ store, clock }: Env) {
  const gone = [...keys.list(store)].filter(({ deletes }) => deletes !== undefined && deletes <= clock.now())
  if (gone.length === 0) return
  store.transact(tx => {
    for (const key of gone) keys.delete(tx, key.account, key.region, key.id)
  })
}
