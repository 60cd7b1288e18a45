/** What works as a role and can be made to do something else by whoever may change it: no role is passed. */
export interface Edited {
  /** the technique's name: `change-function` */
  readonly name: string
  readonly type: string
  readonly service: string
  /** the property that names the role, on the way from `Properties` */
  readonly role: readonly string[]
  /** each suffices */
  readonly ways: readonly (readonly string[])[]
  readonly what: string
  readonly page: string
  /** usually made elsewhere: where no template shows what works as a role, anything of the kind may */
  readonly elsewhere: boolean
}

const paths = (id: string) => `https://pathfinding.cloud/paths/${id}`
const STACK_ROLE = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html'

export const EDITED: readonly Edited[] = [
  {
    name: 'change-function',
    type: 'AWS::Lambda::Function',
    service: 'lambda.amazonaws.com',
    role: ['Role'],
    // Layers and NODE_OPTIONS bring code in by the configuration; whoever may be let in gives himself the rest.
    ways: [['lambda:UpdateFunctionCode'], ['lambda:UpdateFunctionConfiguration'], ['lambda:AddPermission']],
    what: 'the code of',
    page: paths('lambda-003'),
    elsewhere: true,
  },
  {
    name: 'change-state-machine',
    type: 'AWS::StepFunctions::StateMachine',
    service: 'states.amazonaws.com',
    role: ['RoleArn'],
    ways: [['states:UpdateStateMachine']],
    what: 'the definition of',
    page: 'https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html',
    elsewhere: true,
  },
  {
    name: 'change-stack',
    type: 'AWS::CloudFormation::Stack',
    service: 'cloudformation.amazonaws.com',
    role: ['RoleARN'],
    // A stack keeps the role that it was made with: whoever may change the stack need not be allowed to pass it.
    ways: [
      ['cloudformation:UpdateStack'],
      ['cloudformation:CreateChangeSet', 'cloudformation:ExecuteChangeSet'],
      ['cloudformation:UpdateStackSet'],
    ],
    what: 'the template of',
    page: STACK_ROLE,
    elsewhere: true,
  },
  {
    name: 'change-build',
    type: 'AWS::CodeBuild::Project',
    service: 'codebuild.amazonaws.com',
    role: ['ServiceRole'],
    ways: [['codebuild:StartBuild'], ['codebuild:StartBuildBatch'], ['codebuild:UpdateProject']],
    what: 'the build specification of',
    page: paths('codebuild-002'),
    elsewhere: true,
  },
  {
    name: 'change-job',
    type: 'AWS::Glue::Job',
    service: 'glue.amazonaws.com',
    role: ['Role'],
    ways: [['glue:UpdateJob']],
    what: 'the script of',
    page: paths('glue-005'),
    elsewhere: false,
  },
  {
    name: 'open-dev-endpoint',
    type: 'AWS::Glue::DevEndpoint',
    service: 'glue.amazonaws.com',
    role: ['RoleArn'],
    ways: [['glue:UpdateDevEndpoint']],
    what: 'the key to',
    page: paths('glue-002'),
    elsewhere: false,
  },
  {
    name: 'open-notebook',
    type: 'AWS::SageMaker::NotebookInstance',
    service: 'sagemaker.amazonaws.com',
    role: ['RoleArn'],
    ways: [['sagemaker:CreatePresignedNotebookInstanceUrl'], ['sagemaker:UpdateNotebookInstance']],
    what: 'the inside of',
    page: paths('sagemaker-004'),
    elsewhere: false,
  },
  {
    name: 'enter-instance',
    type: 'AWS::EC2::Instance',
    service: 'ec2.amazonaws.com',
    role: ['IamInstanceProfile'],
    // Whoever is on an instance gets its role's credentials from the metadata service.
    ways: [
      ['ssm:SendCommand'],
      ['ssm:StartSession'],
      ['ec2-instance-connect:SendSSHPublicKey'],
      ['ec2:ModifyInstanceAttribute', 'ec2:StopInstances', 'ec2:StartInstances'],
    ],
    what: 'what runs on',
    page: 'https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-restrict-root-level-commands.html',
    elsewhere: true,
  },
  {
    name: 'change-web-service',
    type: 'AWS::AppRunner::Service',
    service: 'tasks.apprunner.amazonaws.com',
    role: ['InstanceConfiguration', 'InstanceRoleArn'],
    ways: [['apprunner:UpdateService']],
    what: 'the image of',
    page: paths('apprunner-002'),
    elsewhere: false,
  },
]
