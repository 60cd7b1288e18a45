import { own } from '../../engine/index.ts'
import type { Call, Env } from '../../gate/index.ts'
import { aliases } from './alias.ts'
import { keys } from './key.ts'

/** Services whose AWS managed key this twin makes: the name in the alias is the one in kms:ViaService. */
const services: Record<string, string> = { s3: 'S3', codecommit: 'CodeCommit', secretsmanager: 'AWS Secrets Manager' }

/**
 * Everyone in the account, through the service only; nobody may edit it.
 * https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk
 */
const managedPolicy = (service: string, account: string, region: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Id: `auto-${service}-2`,
    Statement: [
      {
        Sid: `Allow access through ${services[service]} for all principals in the account that are authorized to use ${services[service]}`,
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        Resource: '*',
        Condition: {
          StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com`, 'kms:CallerAccount': account },
        },
      },
      {
        Sid: 'Allow direct access to key metadata to the account',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: ['kms:Describe*', 'kms:Get*', 'kms:List*'],
        Resource: '*',
      },
    ],
  })

/** A commit of its own: the operation that first needs the key only reads. */
export function ensureManagedKey(env: Env, call: Call, alias: string): void {
  const { account, region, now } = call
  const service = alias.slice('alias/aws/'.length)
  if (own(services, service) === undefined || aliases.get(env.store, account, region, alias) !== undefined) return
  const id = env.ids.uuid()
  env.store.transact(tx => {
    keys.put(tx, [account, region, id], {
      account,
      region,
      id,
      created: now,
      description: `Default key that protects my ${services[service]} ${service === 's3' ? 'objects' : 'data'} when no other key is defined`,
      enabled: true,
      manager: 'AWS',
      policy: managedPolicy(service, account, region),
      pins: {},
      rotation: { period: 365, since: now },
      materials: [env.ids.bytes(32)],
      rotated: [],
      tags: {},
    })
    aliases.put(tx, [account, region, alias], { account, region, name: alias, keyId: id, created: now, updated: now })
  })
}
