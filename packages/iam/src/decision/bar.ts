import { arnLike } from '../language/arn.ts'
import { isPublicPolicy } from '../language/public-policy.ts'
import type { AccessRequest } from '../language/request.ts'
import { wildcard } from '../language/wildcard.ts'
import type { Missing, Rule } from './decision.ts'
import { resourceSide } from './need.ts'

/** A refusal that no statement lifts: the service does not do this, whatever the policies say. */
export interface Bar extends Missing {
  readonly rule: Rule
  readonly cure: string
}

export function barOf(request: AccessRequest): Bar | undefined {
  const action = request.action.toLowerCase()
  const bar = Object.hasOwn(BY_ACTION, action) ? BY_ACTION[action] : action.startsWith('kms:') ? key : undefined
  return bar?.(request) ?? (request.bucket && (publicBucket(request) ?? ownedByAnother(request)))
}

type Barring = (request: AccessRequest) => Bar | undefined

const isAcross = ({ requester, resourceAccount }: AccessRequest) =>
  requester.account !== '' && requester.account !== resourceAccount

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html */
const passRole: Barring = request =>
  isAcross(request)
    ? {
        side: 'resource',
        rule: 'pass-role-across-accounts',
        why: `a role can be passed only within its own account: ${request.resource} is in ${request.resourceAccount}, the caller in ${request.requester.account}`,
        cure: `Let a role of account ${request.resourceAccount} pass it: assume that one first.`,
      }
    : undefined

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const rootAssumes: Barring = request =>
  request.requester.type === 'root'
    ? {
        side: 'trust',
        rule: 'role-for-root',
        why: `the root user of account ${request.requester.account} cannot assume a role`,
        cure: 'Assume it as a user or role.',
      }
    : undefined

const BY_ACTION: Record<string, Barring> = { 'iam:passrole': passRole, 'sts:assumerole': rootAssumes }

/**
 * What may be done with a key of another account: use it, look at it, and have grants. Everything else is refused to strangers.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html#cross-account-key-operations
 */
export const ACROSS_ACCOUNTS: readonly string[] = [
  ...['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GenerateDataKey*', 'GenerateMac', 'VerifyMac', 'Sign'],
  ...['Verify', 'DeriveSharedSecret', 'CreateGrant', 'DescribeKey', 'GetKeyRotationStatus', 'GetPublicKey'],
  ...['ListGrants', 'RetireGrant', 'RevokeGrant'],
].map(name => `kms:${name}`)

const acrossTests = ACROSS_ACCOUNTS.map(pattern => wildcard(pattern.toLowerCase()))

/** Every call to KMS is signed: https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html */
const unsigned: Barring = ({ requester, action }) =>
  requester.type === 'anonymous'
    ? {
        side: 'key',
        rule: 'unsigned-call',
        why: `${action} cannot be called without credentials, whatever the key policy says`,
        cure: 'Call it as a user or role.',
      }
    : undefined

const keyOfAnother: Barring = request =>
  isAcross(request) && !acrossTests.some(test => test(request.action.toLowerCase()))
    ? {
        side: 'key',
        rule: 'key-administration-across-accounts',
        why: `${request.action} works only within the key's own account, ${request.resourceAccount}, whatever its policy says`,
        cure: `Do it as a user or role of account ${request.resourceAccount}.`,
      }
    : undefined

const key: Barring = request =>
  request.resourceRule === 'key' ? (unsigned(request) ?? keyOfAnother(request)) : undefined

/**
 * With RestrictPublicBuckets a public policy serves nobody but AWS services and the owner's account, not even the accounts
 * that it names.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
const publicBucket: Barring = request => {
  const { requester, resourceAccount, resourcePolicy, bucket } = request
  if (!bucket?.restrictPublic || !resourcePolicy || requester.type === 'service') return undefined
  if (requester.account === resourceAccount || !isPublicPolicy(resourcePolicy.document)) return undefined
  return {
    side: 'resource',
    rule: 'public-access-block',
    why: `${resourcePolicy.name} is public, and RestrictPublicBuckets leaves it to AWS services and account ${resourceAccount} alone`,
    cure: `Take out of ${resourcePolicy.name} what allows everybody: then it serves whom it names.`,
  }
}

/** Bar for all but the account that wrote the object: what it lets others do stands in the object's access control list. */
const ownedByAnother: Barring = request => {
  const owner = foreignOwner(request)
  if (owner === undefined || owner === request.requester.account) return undefined
  return {
    side: resourceSide(request),
    rule: 'object-ownership',
    why: `${request.resource} belongs to account ${owner}, which wrote it, so the policy of the bucket lets nobody at it`,
    cure: 'Set the object ownership of the bucket to BucketOwnerEnforced: every object is then its own.',
  }
}

/**
 * The account that an object belongs to, if it is not the bucket's: then the bucket's policy can deny, but not allow. To put,
 * delete, archive and restore objects is the bucket owner's affair all the same.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-auth-workflow-object-operation.html
 */
export function foreignOwner({ bucket, resourceAccount, resource, action }: AccessRequest): string | undefined {
  const owner = bucket?.objectOwner
  if (owner === undefined || owner === resourceAccount || !arnLike(OBJECTS, resource)) return undefined
  return bucketOwners.has(action.toLowerCase()) ? undefined : owner
}

export const OBJECTS = 'arn:*:*:*:*:*/*'

export const BUCKET_OWNERS: readonly string[] = [
  's3:PutObject',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:RestoreObject',
  's3:AbortMultipartUpload',
]

const bucketOwners = new Set(BUCKET_OWNERS.map(name => name.toLowerCase()))
