import { AwsError } from '../../engine/index.ts'

// https://docs.aws.amazon.com/codecommit/latest/APIReference/CommonErrors.html and the pages of the operations
export const repositoryNameRequired = () =>
  new AwsError('RepositoryNameRequiredException', 'A repository name is required, but was not specified')
export const invalidRepositoryName = (name: string) =>
  new AwsError('InvalidRepositoryNameException', `The repository name ${name} is not valid`)
export const repositoryDoesNotExist = (name: string) =>
  new AwsError('RepositoryDoesNotExistException', `${name} does not exist`)
export const repositoryNameExists = (name: string) =>
  new AwsError('RepositoryNameExistsException', `Repository named ${name} already exists`)
export const branchNameRequired = () =>
  new AwsError('BranchNameRequiredException', 'A branch name is required, but was not specified')
export const branchDoesNotExist = (name: string) =>
  new AwsError('BranchDoesNotExistException', `Branch ${name} does not exist`)
export const branchNameExists = (name: string) =>
  new AwsError('BranchNameExistsException', `Branch ${name} already exists`)
export const invalidBranchName = (name: string) =>
  new AwsError('InvalidBranchNameException', `The branch name ${name} is not valid`)
export const defaultBranchCannotBeDeleted = (name: string) =>
  new AwsError('DefaultBranchCannotBeDeletedException', `Branch ${name} is the default branch and cannot be deleted`)
export const commitDoesNotExist = (name: string) =>
  new AwsError('CommitDoesNotExistException', `Commit ${name} does not exist`)
export const commitIdDoesNotExist = (id: string) =>
  new AwsError('CommitIdDoesNotExistException', `Commit ID ${id} does not exist`)
export const fileDoesNotExist = (path: string) =>
  new AwsError('FileDoesNotExistException', `File ${path} does not exist`)
export const folderDoesNotExist = (path: string) =>
  new AwsError('FolderDoesNotExistException', `Folder ${path} does not exist`)
export const blobDoesNotExist = (id: string) => new AwsError('BlobIdDoesNotExistException', `Blob ${id} does not exist`)
export const invalidPath = (path: string) => new AwsError('InvalidPathException', `The path ${path} is not valid`)
export const noChange = () =>
  new AwsError('NoChangeException', 'The commit cannot be created because no changes are made to the repository')
export const sameFileContent = () =>
  new AwsError(
    'SameFileContentException',
    'The file was not added or updated because its content is the same as before',
  )
export const parentCommitIdRequired = () =>
  new AwsError('ParentCommitIdRequiredException', 'A parent commit ID is required for a branch that has commits')
export const parentCommitIdOutdated = (branch: string) =>
  new AwsError('ParentCommitIdOutdatedException', `The parent commit ID is not the tip of branch ${branch}`)
export const invalidResourceArn = (arn: string) =>
  new AwsError('InvalidResourceArnException', `The resource ARN ${arn} is not valid`)
export const fileContentRequired = () =>
  new AwsError('FileContentRequiredException', 'File content is required: give fileContent or sourceFile')
export const uploadDoesNotExist = (id: string) =>
  new AwsError('UploadDoesNotExistException', `Upload ${id} does not exist`)
