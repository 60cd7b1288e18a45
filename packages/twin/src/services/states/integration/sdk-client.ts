import type { Api } from '../../../gate/index.ts'

interface Known {
  /** The service's name inside the twin. */
  service: keyof Api
  /** How the Java SDK, which AWS uses here, names service and exceptions: `DynamoDb`, `S3`. */
  sdk: string
  /** What optimised integrations call it in an error: `AmazonSageMaker`. */
  optimised: string
  load(): Promise<object>
}

/** By the name that a Task's resource gives: `arn:aws:states:::aws-sdk:sfn:startExecution`. */
export const clients: Record<string, Known> = {
  cloudformation: {
    service: 'cloudformation',
    sdk: 'CloudFormation',
    optimised: 'AmazonCloudFormation',
    load: () => import('@aws-sdk/client-cloudformation'),
  },
  cloudwatch: {
    service: 'cloudwatch',
    sdk: 'CloudWatch',
    optimised: 'AmazonCloudWatch',
    load: () => import('@aws-sdk/client-cloudwatch'),
  },
  cloudwatchlogs: {
    service: 'logs',
    sdk: 'CloudWatchLogs',
    optimised: 'AWSLogs',
    load: () => import('@aws-sdk/client-cloudwatch-logs'),
  },
  codecommit: {
    service: 'codecommit',
    sdk: 'CodeCommit',
    optimised: 'AWSCodeCommit',
    load: () => import('@aws-sdk/client-codecommit'),
  },
  codepipeline: {
    service: 'codepipeline',
    sdk: 'CodePipeline',
    optimised: 'AWSCodePipeline',
    load: () => import('@aws-sdk/client-codepipeline'),
  },
  ecr: { service: 'ecr', sdk: 'Ecr', optimised: 'AmazonECR', load: () => import('@aws-sdk/client-ecr') },
  eventbridge: {
    service: 'events',
    sdk: 'EventBridge',
    optimised: 'AmazonEventBridge',
    load: () => import('@aws-sdk/client-eventbridge'),
  },
  iam: { service: 'iam', sdk: 'Iam', optimised: 'AmazonIdentityManagement', load: () => import('@aws-sdk/client-iam') },
  kms: { service: 'kms', sdk: 'Kms', optimised: 'AWSKMS', load: () => import('@aws-sdk/client-kms') },
  lambda: { service: 'lambda', sdk: 'Lambda', optimised: 'AWSLambda', load: () => import('@aws-sdk/client-lambda') },
  s3: { service: 's3', sdk: 'S3', optimised: 'AmazonS3', load: () => import('@aws-sdk/client-s3') },
  sagemaker: {
    service: 'sagemaker',
    sdk: 'SageMaker',
    optimised: 'AmazonSageMaker',
    load: () => import('@aws-sdk/client-sagemaker'),
  },
  sfn: { service: 'states', sdk: 'Sfn', optimised: 'AWSStepFunctions', load: () => import('@aws-sdk/client-sfn') },
  sts: { service: 'sts', sdk: 'Sts', optimised: 'AWSSecurityTokenService', load: () => import('@aws-sdk/client-sts') },
}

/** The optimised integrations name a few services otherwise. */
export const optimisedName: Record<string, string> = { states: 'sfn', events: 'eventbridge' }
