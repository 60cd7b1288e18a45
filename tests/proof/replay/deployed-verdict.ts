import * as iam from '@aws-sdk/client-iam'
import * as kms from '@aws-sdk/client-kms'
import * as s3 from '@aws-sdk/client-s3'
import { decide, type Policy, parsePolicy, requesterOf } from '@tripoint/iam'
import type { Send } from '../../journeys/escalation/account.ts'
import { policiesOf } from '../../journeys/escalation/actor.ts'
import type { LockedLine } from '../../journeys/lock/locked-line.ts'
import type { Claim } from '../outcome.ts'

type Witness = Claim['witness']

/** What the policies say that the twin's API gives back: for calls that cannot be made. */
export async function decidedBy(it: LockedLine, { principal, action, resource, context }: Witness): Promise<boolean> {
  const requester = requesterOf(principal)
  const side = await resourceSide(it, action, resource)
  return decide({
    requester,
    action,
    resource,
    resourceAccount: side?.account ?? (resource.split(':')[4] || requester.account),
    context,
    identity: requester.account === '' ? [] : await identityOf(it, principal),
    ...(side === undefined ? {} : { resourceRule: side.rule, resourcePolicy: side.policy }),
    ...(side?.rule === 'plain' ? { bucket: { restrictPublic: true } } : {}),
  }).allowed
}

const nameOf = (arn: string) => arn.split('/').at(-1) ?? ''
const ANYTHING: Policy = {
  kind: 'identity',
  name: 'all rights',
  document: parsePolicy({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }),
}

/** Of a principal that no template makes: all rights, as the strangers have. */
async function identityOf(it: LockedLine, arn: string): Promise<readonly Policy[]> {
  const actor = it.field.actors.find(each => each.arn === arn)
  if (actor !== undefined) return policiesOf(it.field.ownerOf(actor), actor.name)
  if (!Object.values(it.people).some(person => person.arn === arn)) return [ANYTHING]
  const { shared } = it.field.owner
  const { AttachedPolicies = [] } = await shared<iam.ListAttachedUserPoliciesCommandOutput>(
    'iam',
    new iam.ListAttachedUserPoliciesCommand({ UserName: nameOf(arn) }),
  )
  const { PolicyNames = [] } = await shared<iam.ListUserPoliciesCommandOutput>(
    'iam',
    new iam.ListUserPoliciesCommand({ UserName: nameOf(arn) }),
  )
  const managed = await Promise.all(AttachedPolicies.map(({ PolicyArn = '' }) => attached(shared, PolicyArn)))
  return PolicyNames.length > 0 ? [...managed, ANYTHING] : managed
}

async function attached(send: Send, PolicyArn: string): Promise<Policy> {
  const { Policy } = await send<iam.GetPolicyCommandOutput>('iam', new iam.GetPolicyCommand({ PolicyArn }))
  const { PolicyVersion } = await send<iam.GetPolicyVersionCommandOutput>(
    'iam',
    new iam.GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
  )
  return { kind: 'identity', name: PolicyArn, document: parsePolicy(decodeURIComponent(PolicyVersion?.Document ?? '')) }
}

interface Side {
  readonly account: string
  readonly rule: 'plain' | 'key' | 'trust'
  readonly policy: Policy
}

async function resourceSide(it: LockedLine, action: string, resource: string): Promise<Side | undefined> {
  const { shared } = it.field.owner
  const { account, bucket, bucketArn } = it.names
  const policy = (name: string, text = '{}'): Policy => ({ kind: 'resource', name, document: parsePolicy(text) })
  if (resource === it.keyArn) {
    const { Policy } = await shared<kms.GetKeyPolicyCommandOutput>(
      'kms',
      new kms.GetKeyPolicyCommand({ KeyId: it.keyArn }),
    )
    return { account, rule: 'key', policy: policy('the key policy', Policy) }
  }
  if (resource === bucketArn || resource.startsWith(`${bucketArn}/`)) {
    // Whatever it says, the account's root may read it.
    const root = it.strangers.find(({ arn }) => arn === `arn:aws:iam::${account}:root`)?.send ?? shared
    const { Policy } = await root<s3.GetBucketPolicyCommandOutput>(
      's3',
      new s3.GetBucketPolicyCommand({ Bucket: bucket }),
    )
    return { account, rule: 'plain', policy: policy('the bucket policy', Policy) }
  }
  if (!action.startsWith('sts:')) return undefined
  const role = it.field.actors.find(({ arn }) => arn === resource)
  if (role === undefined) return undefined
  const { Role } = await it.field.ownerOf(role)<iam.GetRoleCommandOutput>(
    'iam',
    new iam.GetRoleCommand({ RoleName: role.name }),
  )
  return {
    account: role.account,
    rule: 'trust',
    policy: policy('the trust policy', decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')),
  }
}
