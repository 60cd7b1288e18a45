import type * as s3 from '@aws-sdk/client-s3'
import { notImplemented } from '../../engine/index.ts'
import { operation } from '../../gate/index.ts'
import { findBucket } from './bucket.ts'
import { asked, change } from './bucket-protection.ts'
import { invalidArgument, malformedXml, noSuch } from './errors.ts'
import { tagRecord, tagSet } from './object-tagging.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html */
export const getBucketTagging = operation<typeof s3, 'GetBucketTagging'>({
  authorize: asked('s3:GetBucketTagging'),
  run(input, { tx, call }) {
    const { name, tags } = findBucket(tx, call, input)
    if (tags === undefined) throw noSuch('NoSuchTagSet', 'The TagSet does not exist', name)
    return { TagSet: tagSet(tags) }
  },
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html */
export const putBucketTagging = operation<typeof s3, 'PutBucketTagging'>({
  authorize: asked('s3:PutBucketTagging'),
  run: (input, context) =>
    change(context, input, bucket => ({ ...bucket, tags: tagRecord(input.Tagging?.TagSet, 50) })),
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketTagging.html */
export const deleteBucketTagging = operation<typeof s3, 'DeleteBucketTagging'>({
  authorize: asked('s3:PutBucketTagging'),
  run: (input, context) => change(context, input, ({ tags: _, ...bucket }) => bucket),
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html */
export const getBucketNotificationConfiguration = operation<typeof s3, 'GetBucketNotificationConfiguration'>({
  authorize: asked('s3:GetBucketNotification'),
  run: (input, { tx, call }) => (findBucket(tx, call, input).eventBridge ? { EventBridgeConfiguration: {} } : {}),
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html */
export const putBucketNotificationConfiguration = operation<typeof s3, 'PutBucketNotificationConfiguration'>({
  authorize: asked('s3:PutBucketNotification'),
  run(input, context) {
    const given = input.NotificationConfiguration
    if (given === undefined) throw malformedXml()
    const others = ['TopicConfigurations', 'QueueConfigurations', 'LambdaFunctionConfigurations'] as const
    const refused = others.find(name => (given[name]?.length ?? 0) > 0)
    if (refused !== undefined) throw notImplemented(`s3:PutBucketNotificationConfiguration with ${refused}`)
    return change(context, input, bucket => ({ ...bucket, eventBridge: given.EventBridgeConfiguration !== undefined }))
  },
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html */
export const getBucketLifecycleConfiguration = operation<typeof s3, 'GetBucketLifecycleConfiguration'>({
  authorize: asked('s3:GetLifecycleConfiguration'),
  run(input, { tx, call }) {
    const { name, lifecycle } = findBucket(tx, call, input)
    if (lifecycle === undefined) {
      throw noSuch('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', name)
    }
    return {
      Rules: lifecycle.rules as s3.LifecycleRule[],
      TransitionDefaultMinimumObjectSize: (lifecycle.transitionMinimum ??
        'all_storage_classes_128K') as s3.TransitionDefaultMinimumObjectSize,
    }
  },
})

function checkRule(rule: s3.LifecycleRule) {
  const { Status, Prefix, Filter, ...rest } = rule
  if (Status !== 'Enabled' && Status !== 'Disabled') throw malformedXml()
  if (Prefix === undefined && Filter === undefined) throw malformedXml()
  const actions = [
    'Expiration',
    'Transitions',
    'NoncurrentVersionExpiration',
    'NoncurrentVersionTransitions',
    'AbortIncompleteMultipartUpload',
  ] as const
  if (actions.every(name => rest[name] === undefined)) {
    throw invalidArgument('At least one action needs to be specified in a rule')
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html */
export const putBucketLifecycleConfiguration = operation<typeof s3, 'PutBucketLifecycleConfiguration'>({
  authorize: asked('s3:PutLifecycleConfiguration'),
  run(input, context) {
    const rules = input.LifecycleConfiguration?.Rules
    if (rules === undefined || rules.length === 0 || rules.length > 1000) throw malformedXml()
    rules.forEach(checkRule)
    const minimum = input.TransitionDefaultMinimumObjectSize
    const lifecycle = { rules, ...(minimum === undefined ? {} : { transitionMinimum: minimum }) }
    return change(context, input, bucket => ({ ...bucket, lifecycle }))
  },
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketLifecycle.html */
export const deleteBucketLifecycle = operation<typeof s3, 'DeleteBucketLifecycle'>({
  authorize: asked('s3:PutLifecycleConfiguration'),
  run: (input, context) => change(context, input, ({ lifecycle: _, ...bucket }) => bucket),
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLogging.html */
export const getBucketLogging = operation<typeof s3, 'GetBucketLogging'>({
  authorize: asked('s3:GetBucketLogging'),
  run: (input, { tx, call }) => {
    findBucket(tx, call, input)
    return {}
  },
})

/** Access logs are not written, so switching them on is refused. …/API_PutBucketLogging.html */
export const putBucketLogging = operation<typeof s3, 'PutBucketLogging'>({
  authorize: asked('s3:PutBucketLogging'),
  run(input) {
    if (input.BucketLoggingStatus?.LoggingEnabled !== undefined)
      throw notImplemented('s3:PutBucketLogging with LoggingEnabled')
    return {}
  },
})
