import * as codecommit from '@aws-sdk/client-codecommit'
import * as codepipeline from '@aws-sdk/client-codepipeline'
import * as kms from '@aws-sdk/client-kms'
import * as lambda from '@aws-sdk/client-lambda'
import * as s3 from '@aws-sdk/client-s3'
import * as sagemaker from '@aws-sdk/client-sagemaker'
import * as states from '@aws-sdk/client-sfn'
import * as sts from '@aws-sdk/client-sts'
import type { LockedLine } from './locked-line.ts'
import { type Reach, reach } from './reach.ts'

const key = (it: LockedLine) => it.keyArn
const KEY = (it: LockedLine) => ({ KeyId: it.keyArn })
const Plaintext = Buffer.from('x')

/** Every use of the key, and every way to let others use it. */
export const KEY_USE: readonly Reach[] = [
  reach('kms', 'kms:Decrypt', key, it => new kms.DecryptCommand({ CiphertextBlob: it.ciphertext })),
  reach('kms', 'kms:Decrypt', key, it => new kms.DecryptCommand({ CiphertextBlob: it.ciphertext, ...KEY(it) }), {
    what: 'kms:Decrypt by its name',
  }),
  reach('kms', 'kms:Encrypt', key, it => new kms.EncryptCommand({ ...KEY(it), Plaintext })),
  reach('kms', 'kms:GenerateDataKey', key, it => new kms.GenerateDataKeyCommand({ ...KEY(it), KeySpec: 'AES_256' })),
  reach(
    'kms',
    'kms:GenerateDataKeyWithoutPlaintext',
    key,
    it => new kms.GenerateDataKeyWithoutPlaintextCommand({ ...KEY(it), KeySpec: 'AES_256' }),
  ),
  reach(
    'kms',
    'kms:ReEncryptFrom',
    key,
    it => new kms.ReEncryptCommand({ CiphertextBlob: it.ciphertext, DestinationKeyId: it.keyArn }),
  ),
  reach(
    'kms',
    'kms:CreateGrant',
    key,
    it =>
      new kms.CreateGrantCommand({
        ...KEY(it),
        GranteePrincipal: `arn:aws:iam::${it.nobody}:root`,
        Operations: ['Decrypt'],
      }),
  ),
]

/** Without cross-account use: https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html */
const ownOnly = { elsewhere: 'NotFoundException: Invalid accountId \\d{12}' }

/** What the key's policy leaves to A's account, and an identity policy has to give. */
export const KEY_ADMINISTRATION: readonly Reach[] = [
  reach('kms', 'kms:DescribeKey', key, it => new kms.DescribeKeyCommand(KEY(it))),
  reach('kms', 'kms:ListGrants', key, it => new kms.ListGrantsCommand(KEY(it))),
  reach('kms', 'kms:GetKeyPolicy', key, it => new kms.GetKeyPolicyCommand(KEY(it)), ownOnly),
  reach('kms', 'kms:PutKeyPolicy', key, it => new kms.PutKeyPolicyCommand({ ...KEY(it), Policy: '{}' }), ownOnly),
  reach('kms', 'kms:DisableKey', key, it => new kms.DisableKeyCommand(KEY(it)), ownOnly),
  reach('kms', 'kms:ScheduleKeyDeletion', key, it => new kms.ScheduleKeyDeletionCommand(KEY(it)), ownOnly),
]

const bucket = (it: LockedLine) => it.names.bucketArn
const Bucket = (it: LockedLine) => ({ Bucket: it.names.bucket })
const KINDS = ['data', 'model', 'artifact'] as const
type Kind = (typeof KINDS)[number]
const keyOf = (it: LockedLine, kind: Kind) => it.field.scene(it.field.actor('pipeline-role')).objects[kind]
const object = (kind: Kind) => (it: LockedLine) => `${it.names.bucketArn}/${keyOf(it, kind)}`
const there = (it: LockedLine, kind: Kind) => ({ ...Bucket(it), Key: keyOf(it, kind) })

/** S3 lets A's administrators; the key does not. */
export const OBJECT_USE: readonly Reach[] = KINDS.flatMap(kind => [
  reach('s3', 's3:GetObject', object(kind), it => new s3.GetObjectCommand(there(it, kind)), {
    what: `s3:GetObject of a ${kind}`,
    insider: 'kms:Decrypt',
  }),
  reach('s3', 's3:PutObject', object(kind), it => new s3.PutObjectCommand({ ...there(it, kind), Body: 'x' }), {
    what: `s3:PutObject of a ${kind}`,
    insider: 'kms:GenerateDataKey',
  }),
  reach('s3', 's3:PutObject', object(kind), it => new s3.CreateMultipartUploadCommand(there(it, kind)), {
    what: `s3:PutObject of a ${kind} in parts`,
    insider: 'kms:GenerateDataKey',
  }),
])

export const BUCKET_USE: readonly Reach[] = [
  reach('s3', 's3:GetObject', object('data'), it => new s3.HeadObjectCommand(there(it, 'data')), {
    what: 'HeadObject',
  }),
  reach('s3', 's3:GetObjectTagging', object('data'), it => new s3.GetObjectTaggingCommand(there(it, 'data'))),
  reach('s3', 's3:DeleteObject', object('data'), it => new s3.DeleteObjectCommand(there(it, 'data'))),
  reach('s3', 's3:ListBucket', bucket, it => new s3.ListObjectsV2Command(Bucket(it))),
  reach('s3', 's3:ListBucketVersions', bucket, it => new s3.ListObjectVersionsCommand(Bucket(it))),
  reach('s3', 's3:ListBucketMultipartUploads', bucket, it => new s3.ListMultipartUploadsCommand(Bucket(it))),
  reach('s3', 's3:GetBucketLocation', bucket, it => new s3.GetBucketLocationCommand(Bucket(it))),
  reach('s3', 's3:GetBucketAcl', bucket, it => new s3.GetBucketAclCommand(Bucket(it))),
  reach('s3', 's3:GetBucketVersioning', bucket, it => new s3.GetBucketVersioningCommand(Bucket(it))),
  reach('s3', 's3:GetBucketPolicy', bucket, it => new s3.GetBucketPolicyCommand(Bucket(it))),
  reach('s3', 's3:PutBucketPolicy', bucket, it => new s3.PutBucketPolicyCommand({ ...Bucket(it), Policy: '{}' })),
  reach('s3', 's3:DeleteBucketPolicy', bucket, it => new s3.DeleteBucketPolicyCommand(Bucket(it))),
  reach('s3', 's3:GetEncryptionConfiguration', bucket, it => new s3.GetBucketEncryptionCommand(Bucket(it))),
  reach('s3', 's3:PutEncryptionConfiguration', bucket, it => new s3.DeleteBucketEncryptionCommand(Bucket(it))),
  reach('s3', 's3:DeleteBucket', bucket, it => new s3.DeleteBucketCommand(Bucket(it))),
]

const repository = (it: LockedLine) => it.names.repositoryArn
const repositoryName = 'churn'
const noRepository = { elsewhere: 'RepositoryDoesNotExistException: churn does not exist' }
const pipeline = (it: LockedLine) => it.names.pipelineArn
const name = 'churn'
const noPipeline = {
  elsewhere: "PipelineNotFoundException: Account '\\d{12}' does not have a pipeline with name 'churn'",
}

/** They name no account: whoever asks, asks about his own. */
export const BY_NAME: readonly Reach[] = [
  reach(
    'codecommit',
    'codecommit:GetRepository',
    repository,
    () => new codecommit.GetRepositoryCommand({ repositoryName }),
    noRepository,
  ),
  reach(
    'codecommit',
    'codecommit:GetBranch',
    repository,
    () => new codecommit.GetBranchCommand({ repositoryName, branchName: 'main' }),
    noRepository,
  ),
  reach(
    'codecommit',
    'codecommit:GetFile',
    repository,
    () => new codecommit.GetFileCommand({ repositoryName, filePath: 'training.template.json' }),
    noRepository,
  ),
  reach(
    'codepipeline',
    'codepipeline:GetPipeline',
    pipeline,
    () => new codepipeline.GetPipelineCommand({ name }),
    noPipeline,
  ),
  reach(
    'codepipeline',
    'codepipeline:GetPipelineState',
    pipeline,
    () => new codepipeline.GetPipelineStateCommand({ name }),
    noPipeline,
  ),
  reach(
    'codepipeline',
    'codepipeline:StartPipelineExecution',
    pipeline,
    () => new codepipeline.StartPipelineExecutionCommand({ name }),
    noPipeline,
  ),
]

const machine = ({ deploy }: LockedLine) => deploy.from.stateMachine.arn
const deployer = ({ deploy }: LockedLine) => deploy.function.arn
const endpoint = ({ deploy }: LockedLine) => deploy.endpoint.arn

/** B's and C's own, which nobody of another account may touch. */
export const TRAINING: readonly Reach[] = [
  reach(
    'states',
    'states:StartExecution',
    machine,
    it => new states.StartExecutionCommand({ stateMachineArn: machine(it) }),
  ),
  reach(
    'states',
    'states:DescribeStateMachine',
    machine,
    it => new states.DescribeStateMachineCommand({ stateMachineArn: machine(it) }),
  ),
]
export const PRODUCTION: readonly Reach[] = [
  reach(
    'lambda',
    'lambda:InvokeFunction',
    deployer,
    it => new lambda.InvokeCommand({ FunctionName: deployer(it), Payload: '{}' }),
  ),
  reach('lambda', 'lambda:GetFunction', deployer, it => new lambda.GetFunctionCommand({ FunctionName: deployer(it) })),
  reach(
    'sagemaker',
    'sagemaker:ListTags',
    endpoint,
    it => new sagemaker.ListTagsCommand({ ResourceArn: endpoint(it) }),
  ),
]

/** One for each role of the line. */
export const assumptions = (arns: readonly string[]): Reach[] =>
  arns.map(RoleArn =>
    reach(
      'sts',
      'sts:AssumeRole',
      () => RoleArn,
      () => new sts.AssumeRoleCommand({ RoleArn, RoleSessionName: 'lock' }),
      { what: `sts:AssumeRole of ${RoleArn}` },
    ),
  )
