import type { Access } from '../access/access.ts'
import {
  assumes,
  type Grantee,
  grant,
  onlyOn,
  passes,
  rolePrincipal,
  servicePrincipal,
  stopsWith,
} from '../access/grant.ts'
import { PAGES } from '../access/pages.ts'
import type { Names, TrainNames } from '../names/names.ts'

const SAGEMAKER = 'sagemaker.amazonaws.com'

/** The run: CodePipeline starts the state machine, which starts the training job. */
export const runAccesses = (names: Names, train: TrainNames): Access[] => [
  ...runActionAccesses(names, train),
  ...trainingTaskAccesses(train),
]

/** What an action that runs a state machine needs to know. */
export type RunNames = Pick<TrainNames, 'id' | 'account' | 'steps' | 'stateMachine' | 'executionsArn' | 'runActionRole'>
/** What a task that trains needs to know. */
export type TaskNames = Pick<
  TrainNames,
  'id' | 'account' | 'steps' | 'trainingJobsArn' | 'workflowRole' | 'trainingRole'
>

const at = (train: Pick<TrainNames, 'id' | 'steps'>) => ({
  stage: train.id,
  hop: 'train' as const,
  step: train.steps.run,
})

export function runActionAccesses(names: Pick<Names, 'account' | 'pipelineRole'>, train: RunNames): Access[] {
  const to: Grantee = {
    ...at(train),
    who: 'run-action-role',
    principal: rolePrincipal(train.runActionRole, train.account),
  }
  const machine = {
    label: 'state-machine',
    arn: train.stateMachine.arn,
    account: train.account,
    sides: ['identity'] as const,
  }
  const executions = {
    label: 'executions',
    arn: train.executionsArn,
    account: train.account,
    sides: ['identity'] as const,
  }
  return [
    ...assumes(
      { ...to, who: 'pipeline-role', principal: rolePrincipal(names.pipelineRole, names.account) },
      train.runActionRole,
      train.account,
      { because: "the action runs in the training account, as that account's role", page: PAGES.crossAccount },
    ),
    ...grant(to, machine, [
      [
        'states:DescribeStateMachine',
        'CodePipeline asks whether it is a standard or an express workflow',
        PAGES.statesAction,
      ],
      ['states:StartExecution', 'the action starts the workflow', PAGES.statesAction],
    ]),
    ...grant(to, executions, [
      // On the execution, not on the state machine: the most frequent mistake here.
      ['states:DescribeExecution', 'CodePipeline asks how the workflow fares', PAGES.statesAction],
    ]),
  ]
}

export function trainingTaskAccesses(train: TaskNames): Access[] {
  const to: Grantee = {
    ...at(train),
    who: 'workflow-role',
    principal: rolePrincipal(train.workflowRole, train.account),
  }
  const jobs = {
    label: 'training-jobs',
    arn: train.trainingJobsArn,
    account: train.account,
    sides: ['identity'] as const,
  }
  return [
    ...grant(to, jobs, [
      ['sagemaker:CreateTrainingJob', 'the workflow trains', PAGES.statesSageMaker],
      ['sagemaker:AddTags', 'a .sync task tags the job MANAGED_BY_AWS', PAGES.statesSageMaker],
      [
        'sagemaker:DescribeTrainingJob',
        'the task waits for the job and returns its description',
        PAGES.statesSageMaker,
      ],
      [
        'sagemaker:ListTags',
        "part of AWS's policy for a task that waits; there for every resource, here for the line's jobs",
        PAGES.statesSageMaker,
      ],
      [
        'sagemaker:StopTrainingJob',
        'a stopped execution stops its job',
        PAGES.statesSageMaker,
        onlyOn('abort', 'sagemaker:StopTrainingJob'),
      ],
    ]),
    ...passes(to, train.trainingRole, train.account, SAGEMAKER, PAGES.statesSageMaker),
    ...assumes(
      { ...to, who: 'sagemaker', principal: servicePrincipal(SAGEMAKER, train.account) },
      train.trainingRole,
      train.account,
      {
        because: 'SageMaker trains with the role that it is handed',
        page: PAGES.sagemakerRoles,
        conditions: { StringEquals: { 'aws:SourceAccount': train.account } },
        absence: stopsWith(train.steps.run, 'assume'),
      },
    ),
  ]
}
