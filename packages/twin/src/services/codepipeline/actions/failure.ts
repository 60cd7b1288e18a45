import type { AwsError } from '../../../engine/index.ts'
import type { Failed } from './action-kind.ts'

export const failed = (code: string, message: string): Failed => ({ failed: { code, message } })

const services: Record<string, string> = {
  cloudformation: 'AmazonCloudFormation',
  codecommit: 'AWSCodeCommit',
  lambda: 'AWSLambda',
  s3: 'Amazon S3',
  states: 'AWSStepFunctions',
  sts: 'AWSSecurityTokenService',
}

export const denied = ({ name }: AwsError) => /AccessDenied|NotAuthorized|UnauthorizedOperation/.test(name)

/** As AWS's Java client prints an error of another service; request ids are left out. */
const printed = (service: string, { name, message, status }: AwsError) =>
  `${message} (Service: ${services[service] ?? service}; Status Code: ${status}; Error Code: ${name})`

export const refused = (service: string, error: AwsError): Failed =>
  failed(denied(error) ? 'PermissionError' : 'JobFailed', printed(service, error))

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html */
export const bucketRefused = (bucket: string, { name, message, status }: AwsError): Failed =>
  failed(
    'PermissionError',
    "Insufficient permissions. The service role or action role doesn't have the permissions required to access the " +
      `Amazon S3 bucket named ${bucket}. Update the IAM role permissions, and then try again. Error: ` +
      `Amazon S3:${name}:${message} (Service: Amazon S3; Status Code: ${status}; Error Code: ${name})`,
  )

/** An artifact that could not be read or written, on its way to becoming a failure. */
export class ArtifactRefused extends Error {
  readonly failure: Failed
  constructor(failure: Failed) {
    super(failure.failed.message)
    this.failure = failure
  }
}
