import type { TrainStage } from '../definition/schema.ts'
import { MODELS, type TrainNames } from '../names/names.ts'
import { KEY_ARN, type Kind, type Line, type OwnedRole, type PipelineAction, SOURCE_ARTIFACT } from './kind.ts'
import { logicalIdOf } from './logical-id.ts'
import { jobAccesses } from './train-job-access.ts'
import { runAccesses } from './train-run-access.ts'
import { workflowAccesses } from './train-workflow-access.ts'

/** Deploys the workflow's stack into the training account, then runs it. */
export const trainKind: Kind<TrainStage> = {
  accesses: (stage, line) => {
    const train = trainNames(stage, line)
    return [
      ...workflowAccesses(line.names, train),
      ...runAccesses(line.names, train),
      ...jobAccesses(line.names, train, stage.data),
    ]
  },
  actions: (stage, line) => [workflowAction(stage, line), runAction(stage, line)],
  roles: (stage, line) => trainRoles(trainNames(stage, line)),
  resources: () => [],
}

const trainNames = (stage: TrainStage, { names }: Line): TrainNames => names.stages[stage.name] as TrainNames

function workflowAction(stage: TrainStage, line: Line): PipelineAction {
  const train = trainNames(stage, line)
  return {
    name: 'DeployWorkflow',
    category: 'Deploy',
    owner: 'AWS',
    provider: 'CloudFormation',
    runOrder: 1,
    inputs: [SOURCE_ARTIFACT],
    namespace: train.namespaces.workflow,
    role: train.stackActionRole,
    configuration: {
      // A creation that failed leaves a stack that can only be deleted: the next push replaces it.
      ActionMode: 'REPLACE_ON_FAILURE',
      StackName: train.workflowStack.name,
      RoleArn: train.cloudformationRole.arn,
      TemplatePath: `${SOURCE_ARTIFACT}::${stage.template}`,
      ParameterOverrides: jsonWithKey(workflowParameters(stage, line)),
    },
  }
}

/** What the workflow's template is told, beside the key's ARN. */
export function workflowParameters(stage: TrainStage, line: Line): Readonly<Record<string, string>> {
  const train = trainNames(stage, line)
  const { bucket } = line.names
  return {
    StateMachineName: train.stateMachine.name,
    WorkflowRoleArn: train.workflowRole.arn,
    TrainingRoleArn: train.trainingRole.arn,
    TrainingImage: train.image,
    DataUri: `s3://${bucket}/${stage.data.replace(/\/$/, '')}`,
    ModelsUri: `s3://${bucket}/${MODELS.replace(/\/$/, '')}`,
  }
}

/** JSON text with the key's ARN in it, which only the deployed A-base knows. */
const jsonWithKey = (parameters: Readonly<Record<string, string>>) => {
  const [before = '', after = ''] = JSON.stringify({ ...parameters, KeyArn: '\0' }).split(
    JSON.stringify('\0').slice(1, -1),
  )
  return { 'Fn::Join': ['', [before, KEY_ARN, after]] }
}

function runAction(stage: TrainStage, line: Line): PipelineAction {
  const train = trainNames(stage, line)
  return {
    name: 'RunWorkflow',
    category: 'Invoke',
    owner: 'AWS',
    provider: 'StepFunctions',
    runOrder: 2,
    namespace: train.namespaces.run,
    role: train.runActionRole,
    configuration: {
      StateMachineArn: `#{${train.namespaces.workflow}.StateMachineArn}`,
      // The execution, and with it the training job and the model, is called <prefix>-<id of the action's execution>.
      ExecutionNamePrefix: train.jobs,
      InputType: 'Literal',
      Input: '{}',
    },
  }
}

const trainRoles = (train: TrainNames): OwnedRole[] => {
  const owned = (logicalId: string, role: OwnedRole['role'], description: string): OwnedRole => ({
    logicalId: `${logicalIdOf(train.id)}${logicalId}`,
    role,
    account: train.account,
    stack: train.stack,
    description,
  })
  return [
    owned('StackActionRole', train.stackActionRole, "CodePipeline assumes it to deploy the workflow's stack"),
    owned('RunActionRole', train.runActionRole, 'CodePipeline assumes it to run the workflow'),
    owned('CloudFormationRole', train.cloudformationRole, 'CloudFormation makes the workflow with it'),
    owned('WorkflowRole', train.workflowRole, 'Step Functions runs the workflow with it'),
    owned('TrainingRole', train.trainingRole, 'SageMaker trains with it'),
  ]
}
