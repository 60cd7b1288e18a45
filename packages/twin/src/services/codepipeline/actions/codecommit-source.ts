import { type AwsError, isAwsError, notImplemented } from '../../../engine/index.ts'
import type { ActionIo, ActionKind, Failed } from './action-kind.ts'
import { bucketRefused, denied, failed, refused } from './failure.ts'

interface Memory {
  commit: string
  upload: string
  variables: Record<string, string>
  message: string
}

interface UploadStatus {
  status: 'Succeeded' | 'Failed' | 'Cancelled'
  error?: AwsError
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html */
export const codecommitSource: ActionKind<Memory> = {
  category: 'Source',
  provider: 'CodeCommit',
  inputs: [0, 0],
  outputs: [1, 1],
  required: ['RepositoryName', 'BranchName'],
  optional: ['PollForSourceChanges', 'OutputArtifactFormat'],
  timeout: 60,
  check({ OutputArtifactFormat: format }) {
    if (format !== undefined && format !== 'CODE_ZIP')
      throw notImplemented(`codepipeline CodeCommit action with OutputArtifactFormat ${format}`)
  },
  async step(io, memory) {
    if (memory === undefined) return begin(io)
    const { RepositoryName: repositoryName = '' } = io.configuration
    const input = { repositoryName, uploadId: memory.upload }
    const upload = (await io.env.invoke.any(
      await io.as(),
      'codecommit',
      'GetUploadArchiveStatus',
      input,
      io.options(),
    )) as UploadStatus
    if (upload.error !== undefined) {
      await givenUp(io, input)
      return bucketRefused(io.action.outputs[0]?.bucket ?? '', upload.error)
    }
    return {
      succeeded: {
        variables: memory.variables,
        external: { id: memory.commit, summary: memory.message.slice(0, 200) },
        revision: {
          name: io.action.outputs[0]?.name ?? '',
          revisionId: memory.commit,
          revisionSummary: memory.message,
          created: new Date(io.action.started),
          revisionUrl: urlOf(io, repositoryName, memory.commit),
        },
      },
    }
  },
}

/**
 * An upload that comes to nothing is cancelled; without the permission it is left to itself.
 * https://docs.aws.amazon.com/codecommit/latest/userguide/auth-and-access-control-permissions-reference.html
 */
async function givenUp(io: ActionIo, input: { repositoryName: string; uploadId: string }): Promise<void> {
  try {
    await io.env.invoke.any(await io.as(), 'codecommit', 'CancelUploadArchive', input, io.options('cancel'))
  } catch (error) {
    if (!isAwsError(error)) throw error
  }
}

const urlOf = ({ action: { actionRegion: region } }: ActionIo, repository: string, commit: string) =>
  `https://${region}.console.aws.amazon.com/codesuite/codecommit/repositories/${repository}/commit/${commit}?region=${region}`

async function begin(io: ActionIo) {
  const { RepositoryName: repositoryName = '', BranchName: branchName = '' } = io.configuration
  const output = io.action.outputs[0]
  const bucket = output?.bucket ?? ''
  const unusable = await checkBucket(io, bucket)
  if (unusable !== undefined) return unusable
  try {
    const { branch } = await io.call('codecommit', 'GetBranch', { repositoryName, branchName })
    const override = io.execution.overrides.find(({ actionName }) => actionName === io.action.action)
    const commitId = override?.revisionValue ?? branch?.commitId ?? ''
    const { commit } = await io.call('codecommit', 'GetCommit', { repositoryName, commitId })
    const archive = {
      repositoryName,
      commitId,
      bucket,
      key: output?.key ?? '',
      ...(io.encryptionKey === undefined ? {} : { kmsKeyId: io.encryptionKey.id }),
    }
    const { uploadId } = (await io.env.invoke.any(
      await io.as(),
      'codecommit',
      'UploadArchive',
      archive,
      io.options('upload'),
    )) as {
      uploadId: string
    }
    return {
      next: { when: 'now' as const },
      memory: {
        commit: commitId,
        upload: uploadId,
        message: commit?.message ?? '',
        variables: {
          AuthorDate: commit?.author?.date ?? '',
          BranchName: branchName,
          CommitId: commitId,
          CommitMessage: commit?.message ?? '',
          CommitterDate: commit?.committer?.date ?? '',
          RepositoryName: repositoryName,
        },
      },
    }
  } catch (error) {
    if (!isAwsError(error)) throw error
    return explained(error, repositoryName, branchName)
  }
}

/**
 * The service role looks at the artifact bucket before the source is read: it needs s3:ListBucket
 * (https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html) and the three that the page of the
 * service role calls the minimum (https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html).
 */
async function checkBucket(io: ActionIo, bucket: string): Promise<Failed | undefined> {
  const service = await io.service()
  try {
    await io.env.invoke(service, 's3', 'HeadBucket', { Bucket: bucket }, io.options())
    await io.env.invoke(service, 's3', 'GetBucketLocation', { Bucket: bucket }, io.options())
    await io.env.invoke(service, 's3', 'GetBucketAcl', { Bucket: bucket }, io.options())
    await io.env.invoke(service, 's3', 'GetBucketVersioning', { Bucket: bucket }, io.options())
    return undefined
  } catch (error) {
    if (!isAwsError(error)) throw error
    if (!denied(error) && error.status !== 403) return bucketRefused(bucket, error)
    const role = io.declaration.roleArn ?? ''
    const text = `CodePipeline service role "${role}" is getting S3 access denied for the S3 bucket "${bucket}"`
    return failed('PermissionError', `${text}: ${error.message}`)
  }
}

function explained(error: AwsError, repository: string, branch: string): Failed {
  if (denied(error)) {
    return failed(
      'PermissionError',
      "Insufficient permissions. The service role or action role doesn't have the permissions required to access the AWS " +
        `CodeCommit repository named ${repository}. Update the IAM role permissions, and then try again. Error: ${error.message}`,
    )
  }
  if (error.name === 'BranchDoesNotExistException') {
    return failed(
      'ConfigurationError',
      `The action failed because no branch named ${branch} was found in the selected AWS CodeCommit repository ${repository}. ` +
        'Make sure you are using the correct branch name, and then try again. Error: null',
    )
  }
  if (error.name === 'RepositoryDoesNotExistException') {
    return failed(
      'ConfigurationError',
      `The action failed because no AWS CodeCommit repository named ${repository} was found. Error: ${error.message}`,
    )
  }
  return refused('codecommit', error)
}
