import { AwsError } from '../../engine/index.ts'

// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html#API_CreateFunction_Errors, …/API_Invoke.html#API_Invoke_Errors

/** What Lambda itself finds wrong with a parameter. */
export const invalid = (message: string) => new AwsError('InvalidParameterValueException', message)

/** What the front door finds wrong with a parameter's form. */
export const violated = (value: unknown, member: string, constraint: string) =>
  new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  )

const notFound = (message: string) => new AwsError('ResourceNotFoundException', message, { status: 404 })
export const noFunction = (arn: string) => notFound(`Function not found: ${arn}`)
export const noPolicy = () => notFound('The resource you requested does not exist.')
export const noStatement = (id: string) => notFound(`Statement ${id} is not found in resource policy.`)
export const otherRegion = (theirs: string, ours: string) =>
  notFound(`Functions from '${theirs}' are not reachable in this region ('${ours}')`)

const conflict = (message: string) => new AwsError('ResourceConflictException', message, { status: 409 })
export const functionExists = (name: string) => conflict(`Function already exist: ${name}`)
export const statementExists = (id: string) =>
  conflict(
    `The statement id (${id}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
  )

export const wrongRevision = () =>
  new AwsError(
    'PreconditionFailedException',
    'The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest RevisionId.',
    { status: 412 },
  )

const unassumable = 'The role defined for the function cannot be assumed by Lambda.'
/** When a function is made, and when it is invoked. */
export const roleNotAssumable = () => invalid(unassumable)
export const roleNoLongerAssumable = () => new AwsError('AccessDeniedException', unassumable, { status: 403 })

export const otherAccountsRole = () =>
  new AwsError('AccessDeniedException', 'Cross-account pass role is not allowed.', { status: 403 })

/** https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html: what S3 says is passed on. */
export const deniedByS3 = (object: string, message: string) =>
  new AwsError(
    'AccessDeniedException',
    `Your access has been denied by S3, please make sure your request credentials have permission to GetObject for ${object}. S3 Error Code: AccessDenied. S3 Error Message: ${message}`,
    { status: 403 },
  )
export const refusedByS3 = (code: string, message: string) =>
  invalid(`Error occurred while GetObject. S3 Error Code: ${code}. S3 Error Message: ${message}`)

/** More at once than an account may run in a Region: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html */
export const tooManyAtOnce = () =>
  new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
    status: 429,
    members: { Reason: 'ConcurrentInvocationLimitExceeded', Type: 'User' },
  })

export const notJson = (reason: string) =>
  new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${reason}`)
export const payloadTooLarge = (size: number, type: string, limit: number) =>
  new AwsError(
    'RequestTooLargeException',
    `${size} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`,
    { status: 413 },
  )
