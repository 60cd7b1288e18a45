import { AwsError } from '../../engine/index.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const error = (code: string, status: number, message: string, members: Record<string, unknown> = {}) =>
  new AwsError(code, message, { status, members })

export const accessDenied = (message = 'Access Denied') => error('AccessDenied', 403, message)
export const noSuchBucket = (BucketName: string) =>
  error('NoSuchBucket', 404, 'The specified bucket does not exist', { BucketName })
export const notFound = () => error('NotFound', 404, 'Not Found')
export const noSuchKey = (Key: string) => error('NoSuchKey', 404, 'The specified key does not exist.', { Key })
export const noSuchVersion = (Key: string, VersionId: string) =>
  error('NoSuchVersion', 404, 'The specified version does not exist.', { Key, VersionId })
export const noSuchUpload = (UploadId: string) =>
  error(
    'NoSuchUpload',
    404,
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { UploadId },
  )
export const noSuch = (code: string, message: string, BucketName: string) => error(code, 404, message, { BucketName })
export const methodNotAllowed = () =>
  error('MethodNotAllowed', 405, 'The specified method is not allowed against this resource.')
export const wrongRegion = (Bucket: string, region: string) =>
  error(
    'PermanentRedirect',
    301,
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
    { Bucket, Endpoint: `s3.${region}.amazonaws.com` },
  )

export const invalidArgument = (message: string, ArgumentName?: string, ArgumentValue?: string) =>
  error('InvalidArgument', 400, message, { ArgumentName, ArgumentValue })
export const invalidRequest = (message: string) => error('InvalidRequest', 400, message)
export const malformedXml = () =>
  error(
    'MalformedXML',
    400,
    'The XML you provided was not well-formed or did not validate against our published schema',
  )
export const malformedPolicy = (message: string) => error('MalformedPolicy', 400, message)
export const keyTooLong = (size: number) =>
  error('KeyTooLongError', 400, 'Your key is too long', { Size: String(size), MaxSizeAllowed: '1024' })
export const invalidTag = (message: string) => error('InvalidTag', 400, message)

export const bucketExists = (BucketName: string) =>
  error(
    'BucketAlreadyExists',
    409,
    'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
    { BucketName },
  )
export const bucketOwned = (BucketName: string) =>
  error(
    'BucketAlreadyOwnedByYou',
    409,
    'Your previous request to create the named bucket succeeded and you already own it.',
    { BucketName },
  )
export const bucketNotEmpty = (BucketName: string, versioned: boolean) =>
  error(
    'BucketNotEmpty',
    409,
    `The bucket you tried to delete is not empty${versioned ? '. You must delete all versions in the bucket.' : ''}`,
    { BucketName },
  )
export const invalidBucketName = (BucketName: string) =>
  error('InvalidBucketName', 400, 'The specified bucket is not valid.', { BucketName })
export const illegalLocation = (constraint: string) =>
  error(
    'IllegalLocationConstraintException',
    400,
    `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  )

export const aclsNotSupported = () => error('AccessControlListNotSupported', 400, 'The bucket does not allow ACLs')
export const aclsWithOwnerEnforced = () =>
  error(
    'InvalidBucketAclWithObjectOwnership',
    400,
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
  )
export const blockedPolicy = (principal: string, bucket: string) =>
  accessDenied(
    `User: ${principal} is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::${bucket}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
  )

export const preconditionFailed = (Condition: string) =>
  error('PreconditionFailed', 412, 'At least one of the pre-conditions you specified did not hold', { Condition })
export const notModified = () => error('NotModified', 304, 'Not Modified')
export const invalidRange = (RangeRequested: string, size: number) =>
  error('InvalidRange', 416, 'The requested range is not satisfiable', {
    RangeRequested,
    ActualObjectSize: String(size),
  })
export const badDigest = (name: string) =>
  error('BadDigest', 400, `The ${name} you specified did not match the calculated checksum.`)

export const otherChecksum = (expected: string, actual: string) =>
  invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, actual checksum Type: ${actual.toLowerCase()}`,
  )

export const invalidPart = (UploadId: string, PartNumber: number) =>
  error(
    'InvalidPart',
    400,
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { UploadId, PartNumber: String(PartNumber) },
  )
export const invalidPartOrder = () =>
  error('InvalidPartOrder', 400, 'The list of parts was not in ascending order. Parts must be ordered by part number.')
export const entityTooSmall = (size: number, PartNumber: number) =>
  error('EntityTooSmall', 400, 'Your proposed upload is smaller than the minimum allowed size', {
    ProposedSize: String(size),
    MinSizeAllowed: String(minimumPart),
    PartNumber: String(PartNumber),
  })
export const minimumPart = 5 * 1024 * 1024
