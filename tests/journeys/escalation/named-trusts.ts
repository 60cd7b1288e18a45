import type { Trust } from './trusts.ts'

export interface NamedTrust extends Trust {
  /** Whose trust it is, and what keeps it narrow. */
  readonly because: string
}

const CONTAINER = [
  'cloudwatch:PutMetricData',
  'ecr:BatchCheckLayerAvailability',
  'ecr:BatchGetImage',
  'ecr:GetAuthorizationToken',
  'ecr:GetDownloadUrlForLayer',
]

const TRAINING = [
  'sagemaker:AddTags',
  'sagemaker:CreateTrainingJob',
  'sagemaker:DescribeTrainingJob',
  'sagemaker:ListTags',
  'sagemaker:StopTrainingJob',
]

const MANAGED_RULE = ['events:DescribeRule', 'events:PutRule', 'events:PutTargets']

/** Everybody who has another role act. That nobody else does is what the tests see in the deployed policies. */
export const NAMED_TRUSTS: readonly NamedTrust[] = [
  {
    from: 'pipeline-role',
    to: 'stack-action-role',
    by: 'assumes',
    gains: [
      'cloudformation:CreateStack',
      'cloudformation:DeleteStack',
      'cloudformation:DescribeStackEvents',
      'cloudformation:DescribeStacks',
      'cloudformation:UpdateStack',
      'iam:PassRole',
      'kms:Decrypt',
      's3:GetObject',
      's3:GetObjectVersion',
    ],
    because: 'CodePipeline runs an action as the action’s role; only CodePipeline has the pipeline’s',
  },
  {
    from: 'pipeline-role',
    to: 'run-action-role',
    by: 'assumes',
    gains: ['states:DescribeExecution', 'states:DescribeStateMachine', 'states:StartExecution'],
    because: 'CodePipeline runs an action as the action’s role; only CodePipeline has the pipeline’s',
  },
  {
    from: 'pipeline-role',
    to: 'invoke-action-role',
    by: 'assumes',
    gains: ['lambda:InvokeFunction', 'lambda:ListFunctions'],
    because: 'CodePipeline runs an action as the action’s role; only CodePipeline has the pipeline’s',
  },
  {
    from: 'stack-action-role',
    to: 'cloudformation-role',
    by: 'passes',
    gains: [
      'states:CreateStateMachine',
      'states:DeleteStateMachine',
      'states:DescribeStateMachine',
      'states:TagResource',
      'states:UpdateStateMachine',
    ],
    because:
      'the committer’s template is deployed by it: whoever pushes is trusted with one state machine and its definition',
  },
  {
    from: 'cloudformation-role',
    to: 'workflow-role',
    by: 'passes',
    gains: [...MANAGED_RULE, ...TRAINING],
    because: 'the committer’s state machine runs as it: whoever pushes is trusted with the line’s training jobs',
  },
  {
    from: 'run-action-role',
    to: 'workflow-role',
    by: 'starts',
    gains: [...MANAGED_RULE, 'iam:PassRole', ...TRAINING],
    because: 'the definition that runs is the committer’s; whoever starts it chooses an input only',
  },
  {
    from: 'workflow-role',
    to: 'training-role',
    by: 'passes',
    gains: [
      ...CONTAINER,
      'kms:Decrypt',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'logs:CreateLogGroup',
      'logs:CreateLogStream',
      'logs:DescribeLogStreams',
      'logs:PutLogEvents',
      's3:GetObject',
      's3:ListBucket',
      's3:PutObject',
    ],
    because: 'training code is the committer’s: it reads the training data and writes models, which a person approves',
  },
  {
    from: 'invoke-action-role',
    to: 'deployer-role',
    by: 'invokes',
    gains: [
      'iam:PassRole',
      'logs:CreateLogGroup',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'sagemaker:AddTags',
      'sagemaker:CreateEndpoint',
      'sagemaker:CreateEndpointConfig',
      'sagemaker:CreateModel',
      'sagemaker:DeleteEndpoint',
      'sagemaker:DeleteEndpointConfig',
      'sagemaker:DeleteModel',
      'sagemaker:DescribeEndpoint',
      'sagemaker:ListTags',
      'sagemaker:UpdateEndpoint',
      'sts:AssumeRole',
    ],
    because:
      'the production account’s own code runs, which takes nothing from its event but which of the line’s models to deploy; CodePipeline hands it the action’s credentials too, and they can only invoke it',
  },
  {
    from: 'deployer-role',
    to: 'hosting-role',
    by: 'passes',
    gains: [...CONTAINER, 'kms:Decrypt', 'logs:DescribeLogStreams', 's3:GetObject'],
    because: 'SageMaker loads the model with it: whoever changes the deployer’s code may read models',
  },
  {
    from: 'deployer-role',
    to: 'reporter-role',
    by: 'assumes',
    gains: ['codepipeline:PutJobFailureResult', 'codepipeline:PutJobSuccessResult'],
    because: 'it reports on a job, by an id that only the job’s worker is given',
  },
]
