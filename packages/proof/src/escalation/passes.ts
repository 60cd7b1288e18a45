/** A service that works as the role it is handed, by calls that its caller chooses the content of. */
export interface Receiver {
  /** the technique's name: `pass-role-to-lambda` */
  readonly name: string
  /** each way is what has to be allowed beside iam:PassRole, all of it */
  readonly ways: readonly (readonly string[])[]
  readonly runs: string
  /** who describes it */
  readonly page: string
}

const paths = (id: string) => `https://pathfinding.cloud/paths/${id}`
const PASSING = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html'

/** By the principal that the role has to trust: it runs whatever its caller writes, with the role's rights. */
export const RECEIVERS: Readonly<Record<string, Receiver>> = {
  'lambda.amazonaws.com': {
    name: 'lambda',
    ways: [['lambda:CreateFunction'], ['lambda:UpdateFunctionConfiguration']],
    runs: 'a function',
    page: paths('lambda-001'),
  },
  'cloudformation.amazonaws.com': {
    name: 'cloudformation',
    ways: [
      ['cloudformation:CreateStack'],
      ['cloudformation:UpdateStack'],
      ['cloudformation:CreateChangeSet', 'cloudformation:ExecuteChangeSet'],
      ['cloudformation:CreateStackSet'],
      ['cloudformation:UpdateStackSet'],
      ['cloudformation:DeleteStack'],
    ],
    runs: 'a stack',
    page: paths('cloudformation-001'),
  },
  'states.amazonaws.com': {
    name: 'states',
    ways: [['states:CreateStateMachine'], ['states:UpdateStateMachine'], ['states:TestState']],
    runs: 'a state machine',
    page: PASSING,
  },
  'sagemaker.amazonaws.com': {
    name: 'sagemaker',
    ways: [
      ['sagemaker:CreateTrainingJob'],
      ['sagemaker:CreateProcessingJob'],
      ['sagemaker:CreateNotebookInstance'],
      ['sagemaker:CreateModel'],
      ['sagemaker:CreatePipeline'],
      ['sagemaker:CreateAutoMLJob'],
      ['sagemaker:CreateHyperParameterTuningJob'],
      ['sagemaker:CreateDomain'],
    ],
    runs: 'SageMaker code',
    page: paths('sagemaker-002'),
  },
  'codepipeline.amazonaws.com': {
    name: 'codepipeline',
    ways: [['codepipeline:CreatePipeline'], ['codepipeline:UpdatePipeline']],
    runs: 'a pipeline',
    page: PASSING,
  },
  'codebuild.amazonaws.com': {
    name: 'codebuild',
    ways: [
      ['codebuild:CreateProject', 'codebuild:StartBuild'],
      ['codebuild:CreateProject', 'codebuild:StartBuildBatch'],
      ['codebuild:UpdateProject'],
    ],
    runs: 'a build',
    page: paths('codebuild-001'),
  },
  'codedeploy.amazonaws.com': {
    name: 'codedeploy',
    ways: [['codedeploy:CreateDeploymentGroup']],
    runs: 'a deployment',
    page: paths('codedeploy-001'),
  },
  'ec2.amazonaws.com': {
    name: 'ec2',
    ways: [
      ['ec2:RunInstances'],
      ['ec2:RequestSpotInstances'],
      ['ec2:AssociateIamInstanceProfile'],
      ['ec2:ReplaceIamInstanceProfileAssociation'],
      ['autoscaling:CreateLaunchConfiguration', 'autoscaling:CreateAutoScalingGroup'],
      ['autoscaling:CreateLaunchConfiguration', 'autoscaling:UpdateAutoScalingGroup'],
      ['iam:AddRoleToInstanceProfile'],
      ['elasticmapreduce:RunJobFlow'],
    ],
    runs: 'an instance',
    page: paths('ec2-001'),
  },
  'ecs-tasks.amazonaws.com': {
    name: 'ecs',
    ways: [
      ['ecs:RegisterTaskDefinition', 'ecs:StartTask'],
      ['ecs:RegisterTaskDefinition', 'ecs:CreateService'],
      ['ecs:RegisterTaskDefinition', 'ecs:UpdateService'],
      // an existing task definition will do: its role is overridden
      ['ecs:RunTask'],
      ['batch:RegisterJobDefinition', 'batch:SubmitJob'],
    ],
    runs: 'a container',
    page: paths('ecs-004'),
  },
  'glue.amazonaws.com': {
    name: 'glue',
    ways: [['glue:CreateDevEndpoint'], ['glue:CreateJob', 'glue:StartJobRun'], ['glue:UpdateJob', 'glue:StartJobRun']],
    runs: 'a Glue job',
    page: paths('glue-003'),
  },
  'events.amazonaws.com': {
    name: 'events',
    ways: [['events:PutTargets']],
    runs: "a rule's target",
    page: PASSING,
  },
  'scheduler.amazonaws.com': {
    name: 'scheduler',
    ways: [['scheduler:CreateSchedule'], ['scheduler:UpdateSchedule']],
    runs: 'a schedule',
    page: PASSING,
  },
  'pipes.amazonaws.com': {
    name: 'pipes',
    ways: [['pipes:CreatePipe'], ['pipes:UpdatePipe']],
    runs: 'a pipe',
    page: PASSING,
  },
  'ssm.amazonaws.com': {
    name: 'ssm',
    ways: [['ssm:StartAutomationExecution']],
    runs: 'an automation',
    page: PASSING,
  },
  'datapipeline.amazonaws.com': {
    name: 'datapipeline',
    ways: [['datapipeline:CreatePipeline']],
    runs: 'a data pipeline',
    page: paths('datapipeline-001'),
  },
  'tasks.apprunner.amazonaws.com': {
    name: 'apprunner',
    ways: [['apprunner:CreateService']],
    runs: 'a web service',
    page: paths('apprunner-001'),
  },
  'bedrock-agentcore.amazonaws.com': {
    name: 'bedrock',
    ways: [['bedrock-agentcore:CreateCodeInterpreter']],
    runs: 'a code interpreter',
    page: paths('bedrock-001'),
  },
  'cognito-identity.amazonaws.com': {
    name: 'cognito',
    ways: [['cognito-identity:SetIdentityPoolRoles']],
    runs: "an identity pool's sessions",
    page: paths('cognitoidentity-001'),
  },
  'batchoperations.s3.amazonaws.com': {
    name: 's3-batch',
    ways: [['s3:CreateJob']],
    runs: 'a job of objects',
    page: PASSING,
  },
  's3.amazonaws.com': {
    name: 's3-replication',
    ways: [['s3:PutReplicationConfiguration']],
    runs: "a bucket's replication",
    page: PASSING,
  },
  'logs.amazonaws.com': {
    name: 'logs',
    ways: [['logs:PutSubscriptionFilter']],
    runs: 'a log subscription',
    page: PASSING,
  },
}
