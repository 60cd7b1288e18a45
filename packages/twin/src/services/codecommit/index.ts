/**
 * AWS CodeCommit: real git over HTTP, and the API on the same repositories.
 *
 * ## Gaps
 * * Pull requests, comments, approval rules, triggers and merges.
 * * Customer managed keys (\`kmsKeyId\`): repositories lie unencrypted on disk, and no KMS call is made for them.
 * * Git credentials of IAM users (service-specific user names and passwords) and SSH; only SigV4-GIT.
 *
 * ## By design
 * * What the API answers about references is what the last recorded push left; git's own files are the truth, and a
 *   push that a crash kept from being recorded is recorded at the next start.
 * * UploadArchive, GetUploadArchiveStatus and CancelUploadArchive are permissions without a public API; they are
 *   reached from inside only.
 *
 * ## Client quirks
 * * \`aws codecommit credential-helper\` needs \`--ignore-host-check\` for a host that is not AWS's, and git must send the
 *   path to it (\`credential.useHttpPath=true\`), or the signature covers none.
 */
import type { ResourceType, Service } from '../../gate/index.ts'
import { createBranch, deleteBranch, getBranch, listBranches } from './branches.ts'
import { getCommit, getDifferences } from './commits.ts'
import { createCommit, putFile } from './create-commit.ts'
import { createRepository, deleteRepository, updateRepositoryName } from './create-repository.ts'
import { getBlob, getFile, getFolder } from './files.ts'
import { gitRoute } from './http.ts'
import { gitPull, gitPush, pushWork, recordPush, resumePushes } from './push.ts'
import {
  batchGetRepositories,
  getRepository,
  listRepositories,
  updateDefaultBranch,
  updateRepositoryDescription,
} from './repositories.ts'
import { repositoryType } from './resource-type.ts'
import { listTagsForResource, tagResource, untagResource } from './tags.ts'
import { cancelUploadArchive, getUploadArchiveStatus, uploadArchive } from './upload-archive.ts'

export const codecommitService: Service = {
  name: 'codecommit',
  sdk: [() => import('@aws-sdk/client-codecommit').then(sdk => ({ module: sdk, client: sdk.CodeCommitClient }))],
  denied: 'AccessDeniedException',
  operations: {
    CreateRepository: createRepository,
    GetRepository: getRepository,
    BatchGetRepositories: batchGetRepositories,
    ListRepositories: listRepositories,
    DeleteRepository: deleteRepository,
    UpdateRepositoryName: updateRepositoryName,
    UpdateRepositoryDescription: updateRepositoryDescription,
    UpdateDefaultBranch: updateDefaultBranch,
    GetBranch: getBranch,
    ListBranches: listBranches,
    CreateBranch: createBranch,
    DeleteBranch: deleteBranch,
    GetCommit: getCommit,
    GetDifferences: getDifferences,
    GetFile: getFile,
    GetFolder: getFolder,
    GetBlob: getBlob,
    CreateCommit: createCommit,
    PutFile: putFile,
    ListTagsForResource: listTagsForResource,
    TagResource: tagResource,
    UntagResource: untagResource,
    GitPull: gitPull,
    GitPush: gitPush,
    RecordPush: recordPush,
    UploadArchive: uploadArchive,
    GetUploadArchiveStatus: getUploadArchiveStatus,
    CancelUploadArchive: cancelUploadArchive,
  },
  works: [pushWork as never],
  open: resumePushes,
  routes: { v1: gitRoute },
}

export const codecommitResourceTypes: ResourceType[] = [repositoryType]
