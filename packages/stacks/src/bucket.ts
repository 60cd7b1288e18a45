import {
  type Access,
  bucketGuards,
  bucketStatements,
  type Definition,
  type Guard,
  type Names,
  type Template,
} from '@tripoint/pipeline'
import type { PlannedResource } from './planned-resource.ts'
import { policyDocument } from './policy.ts'

const KEY_ARN: Template = { 'Fn::GetAtt': ['Key', 'Arn'] }

export const bucketResources = (definition: Definition, names: Names, access: readonly Access[]): PlannedResource[] => [
  {
    logicalId: 'Bucket',
    type: 'AWS::S3::Bucket',
    properties: {
      BucketName: names.bucket,
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY_ARN },
          },
        ],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: 'Enabled' },
      ...(definition.retrainOn === 'data'
        ? { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } } }
        : {}),
    },
    precious: true,
  },
  {
    logicalId: 'BucketPolicy',
    type: 'AWS::S3::BucketPolicy',
    properties: {
      Bucket: { Ref: 'Bucket' },
      PolicyDocument: policyDocument([...bucketGuards(names).map(deny), ...bucketStatements(access)], names, KEY_ARN),
    },
  },
]

const deny = ({ id, action, resources, conditions }: Guard): { readonly [key: string]: Template } => ({
  Sid: id,
  Effect: 'Deny',
  Principal: '*',
  Action: action,
  Resource: resources.length === 1 ? resources[0]! : resources,
  Condition: conditions,
})
