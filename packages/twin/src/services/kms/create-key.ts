import type * as kms from '@aws-sdk/client-kms'
import { notImplemented } from '../../engine/index.ts'
import { type Demand, operation, requestTags } from '../../gate/index.ts'
import { keyArn, keys, metadata } from './key.ts'
import { checkPolicy, defaultPolicy } from './key-policy.ts'
import { callerContext } from './named-key.ts'
import { tagRecord } from './tag.ts'

type Input = kms.CreateKeyCommandInput

const only = (member: string, value: unknown, ...supported: unknown[]) => {
  if (value !== undefined && !supported.includes(value))
    throw notImplemented(`kms:CreateKey with ${member} ${String(value)}`)
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html; tags need kms:TagResource as well. */
const demands = (input: Input, context: NonNullable<Demand['context']>): Demand[] => {
  const tags = requestTags(tagRecord(input.Tags))
  const create: Demand = {
    action: 'kms:CreateKey',
    resource: '*',
    context: {
      ...context,
      ...tags,
      'kms:BypassPolicyLockoutSafetyCheck': String(input.BypassPolicyLockoutSafetyCheck ?? false),
      'kms:KeyOrigin': 'AWS_KMS',
      'kms:KeySpec': 'SYMMETRIC_DEFAULT',
      'kms:KeyUsage': 'ENCRYPT_DECRYPT',
      'kms:MultiRegion': 'false',
    },
  }
  if ((input.Tags?.length ?? 0) === 0) return [create]
  return [create, { action: 'kms:TagResource', resource: '*', context: { ...context, ...tags } }]
}

export const createKey = operation<typeof kms, 'CreateKey'>({
  authorize: (input, { call }) => demands(input, callerContext(call)),
  run(input, { tx, call, env }) {
    only('KeySpec', input.KeySpec, 'SYMMETRIC_DEFAULT')
    only('CustomerMasterKeySpec', input.CustomerMasterKeySpec, 'SYMMETRIC_DEFAULT')
    only('KeyUsage', input.KeyUsage, 'ENCRYPT_DECRYPT')
    only('Origin', input.Origin, 'AWS_KMS')
    only('MultiRegion', input.MultiRegion, false)
    only('CustomKeyStoreId', input.CustomKeyStoreId)
    only('XksKeyId', input.XksKeyId)
    const { account, region, now } = call
    const id = env.ids.uuid()
    const policy = input.Policy ?? defaultPolicy(account)
    const key = keys.put(tx, [account, region, id], {
      account,
      region,
      id,
      created: now,
      description: input.Description ?? '',
      enabled: true,
      manager: 'CUSTOMER',
      ...checkPolicy(tx, call, keyArn({ account, region, id }), policy, input.BypassPolicyLockoutSafetyCheck),
      materials: [env.ids.bytes(32)],
      rotated: [],
      tags: tagRecord(input.Tags),
    })
    return { KeyMetadata: metadata(key) }
  },
})
