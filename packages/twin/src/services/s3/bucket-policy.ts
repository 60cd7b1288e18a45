import type * as s3 from '@aws-sdk/client-s3'
import { isPublicPolicy, type PolicyDocument, parsePolicy } from '@tripoint/iam'
import type { Reader } from '../../engine/index.ts'
import { type Call, type Context, currentPolicy, type Demand, operation, pinPrincipals } from '../../gate/index.ts'
import { type Bucket, buckets, findBucket, type OfBucket } from './bucket.ts'
import { onBucket } from './demand.ts'
import { blockedPolicy, malformedPolicy, methodNotAllowed, noSuch } from './errors.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html */
const largest = 20 * 1024

/** The owner's root may always mend a policy that locks everybody out. …/API_PutBucketPolicy.html */
function demand(context: Context, input: OfBucket, action: string): Demand[] {
  const { read, call } = context
  const bucket = findBucket(read, call, input)
  const whole = onBucket(context, bucket, action)
  if (call.principal.type !== 'root' || call.principal.account !== bucket.account) return [whole]
  const { resourcePolicy: _, ...own } = whole
  return [own]
}

function ownBucket(read: Reader, call: Call, input: OfBucket): Bucket {
  const bucket = findBucket(read, call, input)
  if (bucket.account !== call.account) throw methodNotAllowed()
  return bucket
}

const onlyObjects =
  /^s3:(?:(?:Get|Put|Delete|Restore|Replicate)Object(?!LockConfiguration)|AbortMultipartUpload|ListMultipartUploadParts|BypassGovernance|Replicate)/i

/** Is the action about what one of the resources names? What has wildcards may be. */
function applies(action: string, resources: readonly string[]): boolean {
  if (/[*?]/.test(action) || !/^s3:/i.test(action)) return true
  return resources.some(resource => {
    const path = resource.replace(/^arn:aws:s3:::/, '')
    return onlyObjects.test(action) ? /[/*?]/.test(path) : !path.includes('/') || /^[^/]*[*?]/.test(path)
  })
}

/** Sentences as S3 gives them: https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshooting.html */
function checked(
  read: Reader,
  bucket: string,
  text: string,
): { document: PolicyDocument; pins: Record<string, string> } {
  if (Buffer.byteLength(text) > largest) throw malformedPolicy('Policy exceeds the maximum allowed document size.')
  const document = parsed(text)
  for (const { Action = [], Resource, NotResource } of document.Statement) {
    const resources = Resource ?? NotResource
    if (resources === undefined) throw malformedPolicy('Missing required field Resource')
    if (resources.some(each => !isWithin(each, bucket))) throw malformedPolicy('Policy has invalid resource')
    if (Action.some(each => each !== '*' && !/^(s3|s3-object-lambda):/i.test(each)))
      throw malformedPolicy('Policy has invalid action')
    if (Action.some(each => !applies(each, resources)))
      throw malformedPolicy('Action does not apply to any resource(s) in statement')
  }
  const { pins, unknown } = pinPrincipals(read, document)
  if (unknown.length > 0) throw malformedPolicy('Invalid principal in policy')
  return { document, pins }
}

function parsed(text: string): PolicyDocument {
  try {
    return parsePolicy(text, 'resource')
  } catch (error) {
    throw malformedPolicy(
      error instanceof Error ? error.message : "Policies must be valid JSON and the first byte must be '{'",
    )
  }
}

const isWithin = (resource: string, bucket: string) => {
  const path = resource.replace(/^arn:aws:s3:::/, '')
  if (path === resource) return false
  const [own = ''] = path.split('/')
  const pattern = own
    .replace(/[.+^$()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${pattern}$`).test(bucket)
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html */
export const putBucketPolicy = operation<typeof s3, 'PutBucketPolicy'>({
  authorize: (input, context) => demand(context, input, 's3:PutBucketPolicy'),
  run(input, { tx, call }) {
    const bucket = ownBucket(tx, call, input)
    const text = input.Policy ?? ''
    const { document, pins } = checked(tx, bucket.name, text)
    if (bucket.publicAccess?.BlockPublicPolicy === true && isPublicPolicy(document))
      throw blockedPolicy(call.principal.arn, bucket.name)
    buckets.put(tx, [bucket.name], { ...bucket, policy: { document: text, pins } })
    return {}
  },
})

function policyOf(read: Reader, bucket: Bucket): string {
  if (bucket.policy === undefined) throw noSuch('NoSuchBucketPolicy', 'The bucket policy does not exist', bucket.name)
  return currentPolicy(read, bucket.policy.document, bucket.policy.pins)
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html */
export const getBucketPolicy = operation<typeof s3, 'GetBucketPolicy'>({
  authorize: (input, context) => demand(context, input, 's3:GetBucketPolicy'),
  run: (input, { tx, call }) => ({ Policy: policyOf(tx, ownBucket(tx, call, input)) }),
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html */
export const deleteBucketPolicy = operation<typeof s3, 'DeleteBucketPolicy'>({
  authorize: (input, context) => demand(context, input, 's3:DeleteBucketPolicy'),
  run(input, { tx, call }) {
    const { policy: _, ...bucket } = ownBucket(tx, call, input)
    buckets.put(tx, [bucket.name], bucket)
    return {}
  },
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html */
export const getBucketPolicyStatus = operation<typeof s3, 'GetBucketPolicyStatus'>({
  authorize: (input, context) => demand(context, input, 's3:GetBucketPolicyStatus'),
  run(input, { tx, call }) {
    const document = parsePolicy(policyOf(tx, findBucket(tx, call, input)))
    return { PolicyStatus: { IsPublic: isPublicPolicy(document) } }
  },
})
