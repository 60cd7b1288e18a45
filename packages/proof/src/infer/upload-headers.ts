import type { Need } from '../needs/need.ts'

/**
 * CodePipeline and SageMaker name the encryption of what they upload: KMS with the key they were given, or with the account's aws/s3.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/S3-artifact-encryption.html
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OutputDataConfig.html
 */
export const withUploadHeaders =
  (key: string) =>
  (need: Need): Need =>
    need.access.action === 's3:PutObject'
      ? {
          ...need,
          context: {
            's3:x-amz-server-side-encryption': 'aws:kms',
            ...(key === '' ? {} : { 's3:x-amz-server-side-encryption-aws-kms-key-id': key }),
          },
        }
      : need
