import type * as kms from '@aws-sdk/client-kms'
import { decide, type PolicyDocument, parsePolicy } from '@tripoint/iam'
import type { Reader } from '../../engine/index.ts'
import { type Call, currentPolicy, operation, pinPrincipals } from '../../gate/index.ts'
import { invalidPrincipals, lockedOut, malformedPolicy, required, validation } from './errors.ts'
import { type Key, keyArn, keys } from './key.ts'
import { callerContext, findKey, onKey } from './named-key.ts'

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
export const defaultPolicy = (account: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  })

/** Refuses what AWS refuses, and says which users and roles the policy means. */
export function checkPolicy(
  read: Reader,
  call: Call,
  arn: string,
  policy: string,
  bypass = false,
): Pick<Key, 'policy' | 'pins'> {
  // https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
  if (Buffer.byteLength(policy) > 32_768) throw validation('Policy exceeds the maximum size of 32768 bytes')
  const document = parse(policy)
  const { pins, unknown } = pinPrincipals(read, document)
  if (unknown.length > 0) throw invalidPrincipals()
  if (!bypass && !keepsControl(call, arn, document)) throw lockedOut()
  return { policy, pins }
}

function parse(policy: string): PolicyDocument {
  try {
    return parsePolicy(policy, 'resource')
  } catch (error) {
    throw malformedPolicy(error instanceof Error ? error.message : String(error))
  }
}

/**
 * May the caller put the policy again? What identity policies say is not asked: they can be changed.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
 */
const keepsControl = (call: Call, arn: string, document: PolicyDocument): boolean =>
  decide({
    requester: call.principal,
    action: 'kms:PutKeyPolicy',
    resource: arn,
    resourceAccount: call.account,
    context: Object.fromEntries(
      Object.entries({ ...callerContext(call), 'aws:SecureTransport': String(call.secure) }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    ),
    identity: [{ kind: 'identity', name: 'any', document: anything }],
    resourcePolicy: { kind: 'resource', name: 'new key policy', document },
    resourceRule: 'key',
  }).allowed

const anything = parsePolicy({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
})

const onlyDefault = (name: string | undefined) => {
  if (name !== undefined && name !== 'default') throw validation('Policy name must be default')
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html */
export const getKeyPolicy = operation<typeof kms, 'GetKeyPolicy'>({
  authorize: (input, context) => [onKey(context, findKey(context.read, context.call, input.KeyId), 'kms:GetKeyPolicy')],
  run(input, { tx, call }) {
    onlyDefault(input.PolicyName)
    const { key } = findKey(tx, call, input.KeyId)
    return { Policy: currentPolicy(tx, key.policy, key.pins), PolicyName: 'default' }
  },
})

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html */
export const putKeyPolicy = operation<typeof kms, 'PutKeyPolicy'>({
  authorize: (input, context) => [
    onKey(context, findKey(context.read, context.call, input.KeyId), 'kms:PutKeyPolicy', {
      'kms:BypassPolicyLockoutSafetyCheck': String(input.BypassPolicyLockoutSafetyCheck ?? false),
    }),
  ],
  run(input, { tx, call }) {
    onlyDefault(input.PolicyName)
    if (input.Policy === undefined) throw required('policy')
    const { key } = findKey(tx, call, input.KeyId)
    const checked = checkPolicy(tx, call, keyArn(key), input.Policy, input.BypassPolicyLockoutSafetyCheck)
    keys.put(tx, [key.account, key.region, key.id], { ...key, ...checked })
    return {}
  },
})

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyPolicies.html */
export const listKeyPolicies = operation<typeof kms, 'ListKeyPolicies'>({
  authorize: (input, context) => [
    onKey(context, findKey(context.read, context.call, input.KeyId), 'kms:ListKeyPolicies'),
  ],
  run: () => ({ PolicyNames: ['default'], Truncated: false }),
})
