/** What a role may do of the actions that the known paths begin with, because the line needs it. Everything else is refused. */
export interface Grant {
  readonly who: string
  readonly action: string
  /** The targets of the paths at which it succeeds; at all others it is refused. */
  readonly on: readonly string[]
  /** Refused all the same, by the service. */
  readonly refused?: string
  /** Why that gives the role no more than it has, or whose trust it is. */
  readonly because: string
}

const MANAGED = 'StepFunctionsGetEventsForSageMakerTrainingJobsRule'

const trained =
  'whoever may push to the branch says what is trained: the template is the committer’s, the roles it may name are not'

export const GRANTS: readonly Grant[] = [
  {
    who: 'stack-action-role',
    action: 's3:GetObject',
    on: ['artifact'],
    because: 'the source that the committer wrote',
  },
  {
    who: 'stack-action-role',
    action: 'cloudformation:CreateStack',
    on: ['cloudformation-role for churn-train-workflow'],
    because: `one stack; ${trained}`,
  },
  {
    who: 'stack-action-role',
    action: 'cloudformation:UpdateStack',
    on: ['churn-train-workflow', 'cloudformation-role for churn-train-workflow'],
    because: `one stack; ${trained}`,
  },
  {
    who: 'stack-action-role',
    action: 'cloudformation:DeleteStack',
    on: [],
    because: 'one stack, which the next run makes again',
  },
  {
    who: 'stack-action-role',
    action: 'iam:PassRole',
    on: [],
    because: 'one role to CloudFormation alone, for a stack that has it already',
  },
  {
    who: 'cloudformation-role',
    action: 'states:CreateStateMachine',
    on: ['workflow-role for churn-train'],
    because: `one state machine; ${trained}`,
  },
  {
    who: 'cloudformation-role',
    action: 'states:UpdateStateMachine',
    on: ['churn-train', 'workflow-role for churn-train'],
    because: `one state machine; ${trained}`,
  },
  {
    who: 'cloudformation-role',
    action: 'states:DeleteStateMachine',
    on: ['churn-train'],
    because: 'one state machine, which the next run makes again',
  },
  {
    who: 'cloudformation-role',
    action: 'states:TagResource',
    on: ['churn-train'],
    because: 'one state machine, and no condition asks for a tag',
  },
  { who: 'cloudformation-role', action: 'iam:PassRole', on: [], because: 'one role to Step Functions alone' },
  {
    who: 'run-action-role',
    action: 'states:StartExecution',
    on: ['churn-train'],
    because: 'one state machine, whose definition and role it cannot choose',
  },
  {
    who: 'workflow-role',
    action: 'sagemaker:CreateTrainingJob',
    on: ['training-role for churn-train-escalation'],
    because: `jobs of the line's name with the training role alone; ${trained}`,
  },
  {
    who: 'workflow-role',
    action: 'sagemaker:AddTags',
    on: [],
    because: "jobs of the line's name, and no condition asks for a tag",
  },
  { who: 'workflow-role', action: 'sagemaker:StopTrainingJob', on: [], because: "jobs of the line's name" },
  { who: 'workflow-role', action: 'iam:PassRole', on: [], because: 'one role to SageMaker alone' },
  {
    who: 'workflow-role',
    action: 'events:PutRule',
    on: [MANAGED],
    refused: 'ManagedRuleException',
    because: 'one rule, which Step Functions manages and nobody else may change',
  },
  {
    who: 'workflow-role',
    action: 'events:PutTargets',
    on: [MANAGED],
    refused: 'ManagedRuleException',
    because: 'one rule, which Step Functions manages and nobody else may change',
  },
  { who: 'training-role', action: 's3:GetObject', on: ['data'], because: 'training reads the training data' },
  {
    who: 'training-role',
    action: 's3:PutObject',
    on: ['model'],
    because:
      'training writes models; one that waits for approval can be overwritten by a later job, so who pushes is trusted until then',
  },
  {
    who: 'training-role',
    action: 'kms:GenerateDataKey',
    on: [],
    because: 'through S3 only, for the models that it may write',
  },
  {
    who: 'training-role',
    action: 'kms:Encrypt',
    on: ['the key'],
    because: 'what it encrypts it knows already; decrypting goes through S3 only',
  },
  {
    who: 'invoke-action-role',
    action: 'lambda:InvokeFunction',
    on: ['churn-deploy'],
    because:
      "CodePipeline's word for an approved run: the deployer takes no code, role, image or endpoint from its event, only which of the line's models it is to deploy",
  },
  { who: 'deployer-role', action: 'sts:AssumeRole', on: ['reporter-role'], because: 'the reporter can only report' },
  {
    who: 'deployer-role',
    action: 'sagemaker:CreateModel',
    on: ['hosting-role for churn-deploy-escalation'],
    because: "models of the line's name with the hosting role alone",
  },
  { who: 'deployer-role', action: 'sagemaker:DeleteModel', on: [], because: "models of the line's name" },
  {
    who: 'deployer-role',
    action: 'sagemaker:CreateEndpoint',
    on: [],
    because: 'one endpoint, from configurations of the line’s name',
  },
  {
    who: 'deployer-role',
    action: 'sagemaker:UpdateEndpoint',
    on: [],
    because: 'one endpoint, to configurations of the line’s name',
  },
  {
    who: 'deployer-role',
    action: 'sagemaker:DeleteEndpoint',
    on: ['churn'],
    because: 'one endpoint, its own to make again',
  },
  {
    who: 'deployer-role',
    action: 'sagemaker:AddTags',
    on: ['endpoint/churn'],
    because: 'one endpoint, and no condition asks for a tag',
  },
  { who: 'deployer-role', action: 'iam:PassRole', on: [], because: 'one role to SageMaker alone' },
  { who: 'hosting-role', action: 's3:GetObject', on: ['model'], because: 'hosting reads the model that it serves' },
  {
    who: 'people-analyst',
    action: 's3:GetObject',
    on: [],
    because:
      "a person's wildcard in an account that has none of the line's objects: the bucket and its key do not name it",
  },
  { who: 'stack-action-role', action: 'kms:Decrypt', on: [], because: 'through S3 only, for the source artifact' },
  { who: 'training-role', action: 'kms:Decrypt', on: [], because: 'through S3 only, for the training data' },
  { who: 'hosting-role', action: 'kms:Decrypt', on: [], because: 'through S3 only, for the model' },
  { who: 'people-analyst', action: 'kms:Decrypt', on: [], because: 'the key does not name it' },
  {
    who: 'pipeline-role',
    action: 'sts:AssumeRole',
    on: ['stack-action-role', 'run-action-role', 'invoke-action-role'],
    because: 'an action runs as its own role',
  },
  {
    who: 'pipeline-role',
    action: 's3:PutObject',
    on: ['artifact'],
    because: 'the source artifact is its own to write',
  },
  { who: 'pipeline-role', action: 'kms:GenerateDataKey', on: [], because: 'through S3 only, for the artifact' },
  {
    who: 'trigger-role',
    action: 'codepipeline:StartPipelineExecution',
    on: ['the pipeline'],
    because: 'what is built is still the branch’s commit, and a person still approves it',
  },
  {
    who: 'reporter-role',
    action: 'codepipeline:PutJobSuccessResult',
    on: ['a job'],
    because: 'the action has no resource; a job is known by an id that only its worker is given',
  },
  {
    who: 'reporter-role',
    action: 'codepipeline:PutJobFailureResult',
    on: ['a job'],
    because: 'the action has no resource; a job is known by an id that only its worker is given',
  },
]
