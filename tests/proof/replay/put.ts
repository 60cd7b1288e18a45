import * as iam from '@aws-sdk/client-iam'
import * as kms from '@aws-sdk/client-kms'
import * as s3 from '@aws-sdk/client-s3'
import { expect } from 'vitest'
import type { Send } from '../../journeys/escalation/account.ts'
import type { Holder, LockedLine } from '../../journeys/lock/locked-line.ts'
import { type Json, valueAt } from '../documents.ts'
import type { Mutation } from '../mutations.ts'

/** Where a policy document of the templates is deployed: how to read it there, and how to put another in its place. */
interface Deployed {
  read(): Promise<string>
  put(document: string): Promise<unknown>
  restore(document: string): Promise<unknown>
}

/** The account that a template is deployed in, as its administrator. */
function ownerOf({ field, names, deploy }: LockedLine, template: string): { send: Send; account: string } {
  const { shared, training, production } = field.owner
  if (template === names.stacks.base) return { send: shared, account: names.account }
  return template === deploy.stack
    ? { send: production, account: deploy.account }
    : { send: training, account: field.line.definition.accounts.training ?? '' }
}

function deployedAt(it: LockedLine, { template, document, changed }: Mutation): Deployed {
  const { send, account } = ownerOf(it, template)
  const properties = (valueAt(changed, ['Resources', document.of, 'Properties']) ?? {}) as Json
  const RoleName = String(properties.RoleName)
  const PolicyName = 'access'
  const plain = (read: () => Promise<string>, put: (text: string) => Promise<unknown>): Deployed => ({
    read,
    put,
    restore: put,
  })
  switch (document.side) {
    case 'trust':
      return plain(
        async () => {
          const { Role } = await send<iam.GetRoleCommandOutput>('iam', new iam.GetRoleCommand({ RoleName }))
          return decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')
        },
        text => send('iam', new iam.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: text })),
      )
    case 'resource': {
      const Bucket = it.names.bucket
      // A policy that denies everybody everything is undone by the account's root alone:
      // https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html
      const { send: root } = it.strangers.find(({ arn }) => arn === `arn:aws:iam::${account}:root`) as Holder
      return plain(
        async () =>
          (await root<s3.GetBucketPolicyCommandOutput>('s3', new s3.GetBucketPolicyCommand({ Bucket }))).Policy ?? '',
        text => root('s3', new s3.PutBucketPolicyCommand({ Bucket, Policy: text })),
      )
    }
    case 'key': {
      const KeyId = it.keyArn
      return plain(
        async () =>
          (await send<kms.GetKeyPolicyCommandOutput>('kms', new kms.GetKeyPolicyCommand({ KeyId }))).Policy ?? '',
        // Whoever administers the key may lock himself out; here the policy is put back.
        text => send('kms', new kms.PutKeyPolicyCommand({ KeyId, Policy: text, BypassPolicyLockoutSafetyCheck: true })),
      )
    }
    case 'identity':
      return properties.ManagedPolicyName === undefined
        ? plain(
            async () => {
              const { PolicyDocument } = await send<iam.GetRolePolicyCommandOutput>(
                'iam',
                new iam.GetRolePolicyCommand({ RoleName, PolicyName }),
              )
              return decodeURIComponent(PolicyDocument ?? '')
            },
            text => send('iam', new iam.PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: text })),
          )
        : managed(send, `arn:aws:iam::${account}:policy/${String(properties.ManagedPolicyName)}`)
  }
}

function managed(send: Send, PolicyArn: string): Deployed {
  const version = async () => {
    const { Policy } = await send<iam.GetPolicyCommandOutput>('iam', new iam.GetPolicyCommand({ PolicyArn }))
    return Policy?.DefaultVersionId ?? ''
  }
  let before = ''
  return {
    async read() {
      const { PolicyVersion } = await send<iam.GetPolicyVersionCommandOutput>(
        'iam',
        new iam.GetPolicyVersionCommand({ PolicyArn, VersionId: await version() }),
      )
      return decodeURIComponent(PolicyVersion?.Document ?? '')
    },
    async put(PolicyDocument) {
      before = await version()
      await send('iam', new iam.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }))
    },
    async restore() {
      const VersionId = await version()
      await send('iam', new iam.SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: before }))
      await send('iam', new iam.DeletePolicyVersionCommand({ PolicyArn, VersionId }))
    },
  }
}

/** A document as CloudFormation would have put it: all that our templates leave open in one is the key. */
const resolved = (document: unknown, keyArn: string): Json =>
  JSON.parse(
    JSON.stringify(document, (_key, value) =>
      value !== null && typeof value === 'object' && ('Ref' in value || 'Fn::GetAtt' in value) ? keyArn : value,
    ),
  )

/** AWS takes no policy without a statement: this one says nothing to anybody. */
const SAYS_NOTHING = {
  identity: { Effect: 'Allow', Action: 'tag:GetComplianceSummary', Resource: 'arn:aws:tag:nowhere' },
  trust: { Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
} as const

/** Puts a mutation's document in its place by the account's administrator, and afterwards what was there. */
export async function mutated<Result>(
  it: LockedLine,
  mutation: Mutation,
  work: () => Promise<Result>,
): Promise<Result> {
  const { document, changed } = mutation
  const place = deployedAt(it, mutation)
  const wanted = resolved(valueAt(changed, document.path), it.keyArn) as { Statement: unknown[] }
  if (wanted.Statement.length === 0 && (document.side === 'identity' || document.side === 'trust'))
    wanted.Statement.push(SAYS_NOTHING[document.side])
  const before = await place.read()
  await place.put(JSON.stringify(wanted))
  try {
    return await work()
  } finally {
    await place.restore(before)
    expect(await place.read()).toBe(before)
  }
}
