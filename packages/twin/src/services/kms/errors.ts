import { AwsError } from '../../engine/index.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html */
export const validation = (message: string) => new AwsError('ValidationException', message)
export const required = (member: string) =>
  validation(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  )

export const noKey = (arn: string) => new AwsError('NotFoundException', `Key '${arn}' does not exist`)
export const noAlias = (arn: string) => new AwsError('NotFoundException', `Alias ${arn} is not found.`)
export const noGrant = (id: string) => new AwsError('NotFoundException', `Grant ID ${id} not found`)
export const invalidKeyId = (id: string) => new AwsError('NotFoundException', `Invalid keyId '${id}'`)
export const invalidArn = (part: string) => new AwsError('NotFoundException', `Invalid arn ${part}`)
export const invalidAccount = (account: string) => new AwsError('NotFoundException', `Invalid accountId ${account}`)

export const aliasExists = (arn: string) =>
  new AwsError('AlreadyExistsException', `An alias with the name ${arn} already exists`)
export const reservedAlias = () =>
  new AwsError('NotAuthorizedException', 'Not authorized: aliases that begin with alias/aws/ are reserved')
export const invalidAliasName = () =>
  new AwsError('InvalidAliasNameException', 'Alias must start with the prefix "alias/"')

export const disabled = (arn: string) => new AwsError('DisabledException', `${arn} is disabled.`)
export const pendingDeletion = (arn: string) => new AwsError('KMSInvalidStateException', `${arn} is pending deletion.`)
export const notPendingDeletion = (arn: string) =>
  new AwsError('KMSInvalidStateException', `${arn} is not pending deletion.`)

export const malformedPolicy = (message: string) => new AwsError('MalformedPolicyDocumentException', message)
export const invalidPrincipals = () =>
  malformedPolicy('Policy contains a statement with one or more invalid principals.')
export const lockedOut = () =>
  malformedPolicy('The new key policy will not allow you to update the key policy in the future.')

/** Where a ciphertext names the key: https://github.com/metaps/genova/issues/375. Until 2023 it read "The ciphertext refers to a customer master key …". */
export const ofCiphertext = 'on the resource associated with this ciphertext'
/** What KMS says where the key is missing, elsewhere, or another account's that refuses. */
export const noneOrRefused =
  'because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access'
export const unknownCiphertextKey = (caller: string, action: string) =>
  new AwsError(
    'AccessDeniedException',
    `User: ${caller} is not authorized to perform: ${action} ${ofCiphertext} ${noneOrRefused}`,
  )
export const invalidCiphertext = () => new AwsError('InvalidCiphertextException', '')
export const incorrectKey = () =>
  new AwsError(
    'IncorrectKeyException',
    'The key ID in the request does not identify a CMK that can perform this operation.',
  )
export const dryRun = () =>
  new AwsError('DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.', {
    status: 412,
  })
export const invalidMarker = () => new AwsError('InvalidMarkerException', 'The marker is not valid.')
