import { AwsError, unwritable } from '../../engine/index.ts'

/** What SageMaker finds wrong with a request, an unknown name included. */
export const invalid = (message: string) => new AwsError('ValidationException', message)

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html#API_DescribeTrainingJob_Errors */
export const notFound = () => new AwsError('ResourceNotFound', 'Requested resource not found.')

export const couldNotFind = (what: string, arn: string) => invalid(`Could not find ${what} "${arn}".`)

export const alreadyExists = (what: string, arn: string) => invalid(`Cannot create already existing ${what} "${arn}".`)

export const jobExists = (arn: string) =>
  new AwsError(
    'ResourceInUse',
    `Job name must be unique within an AWS account and region, and a job with this name already exists (${arn})`,
  )

export const wrongName = (value: string, member: string, pattern: string) =>
  invalid(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern}`,
  )

export const missing = (member: string) =>
  invalid(`1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must not be null`)

/** The reason inside a failure, with the HTTP status where it was AWS's. What the twin itself could not write is none: the step is repeated. */
export const reasonOf = (error: unknown): string => {
  if (unwritable(error, '') !== undefined) throw error
  if (error instanceof AwsError) return `${error.name} (${error.status}): ${error.message}`
  return error instanceof Error ? error.message : String(error)
}
