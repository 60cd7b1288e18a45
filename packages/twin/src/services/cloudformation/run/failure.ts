import { AwsError, isAwsError } from '../../../engine/index.ts'

/** https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html */
const codes: [RegExp, string][] = [
  [/AccessDenied|UnauthorizedOperation/, 'AccessDenied'],
  [/AlreadyExist|EntityAlreadyExists|BucketAlreadyOwnedByYou|ResourceInUse|RepositoryNameExists/, 'AlreadyExists'],
  [/NotFound|NoSuch|DoesNotExist/, 'NotFound'],
  [/Throttl/, 'Throttling'],
  [/Limit/, 'ServiceLimitExceeded'],
  [/Invalid|Malformed|Validation|Missing/, 'InvalidRequest'],
]

const handlerCode = (error: unknown) =>
  isAwsError(error)
    ? (codes.find(([pattern]) => pattern.test(error.name))?.[1] ?? 'GeneralServiceException')
    : 'InternalFailure'

/** How a resource's handler reports what a service refused. */
export function handlerReason(error: unknown, service: string | undefined, requestToken: string): string {
  const message = error instanceof Error ? error.message : String(error)
  const source =
    error instanceof AwsError && service !== undefined
      ? ` (Service: ${titles[service] ?? service}, Status Code: ${error.status})`
      : ''
  return `Resource handler returned message: "${message}${source}" (RequestToken: ${requestToken}, HandlerErrorCode: ${handlerCode(error)})`
}

/** The services as the SDK's exceptions call them. */
const titles: Record<string, string> = {
  cloudwatch: 'CloudWatch',
  codecommit: 'AWSCodeCommit',
  codepipeline: 'AWSCodePipeline',
  ecr: 'Ecr',
  events: 'EventBridge',
  iam: 'Iam',
  kms: 'Kms',
  lambda: 'Lambda',
  logs: 'CloudWatchLogs',
  s3: 'S3',
  sagemaker: 'SageMaker',
  states: 'Sfn',
  sts: 'Sts',
}
