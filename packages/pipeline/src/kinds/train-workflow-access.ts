import type { Access } from '../access/access.ts'
import {
  assumes,
  bucketTarget,
  type Grantee,
  grant,
  keyTarget,
  onlyOn,
  passes,
  rolePrincipal,
  servicePrincipal,
  stopsWith,
} from '../access/grant.ts'
import { PAGES } from '../access/pages.ts'
import type { Names, TrainNames } from '../names/names.ts'

const CLOUDFORMATION = 'cloudformation.amazonaws.com'
const STATES = 'states.amazonaws.com'
const MANAGED_RULE = 'StepFunctionsGetEventsForSageMakerTrainingJobsRule'

/** The workflow's stack: CodePipeline deploys it into B, CloudFormation makes the state machine. */
export const workflowAccesses = (names: WorkflowLine, train: WorkflowNames): Access[] => [
  ...pipelineRole(names, train),
  ...stackActionAccesses(names, train),
  ...stackRoleAccesses(train),
  ...stateMachineRoleAccesses(names, train),
]

/** Of the names of a line, what deploying its workflow needs to know. */
export type WorkflowLine = Pick<Names, 'account' | 'region' | 'artifactsArn' | 'keyArn' | 'pipelineRole'>
export type WorkflowNames = Pick<
  TrainNames,
  | 'id'
  | 'account'
  | 'steps'
  | 'workflowStack'
  | 'stateMachine'
  | 'stackActionRole'
  | 'cloudformationRole'
  | 'workflowRole'
>

const at = (train: Pick<TrainNames, 'id' | 'steps'>) => ({
  stage: train.id,
  hop: 'workflow' as const,
  step: train.steps.workflow,
})

const pipelineRole = (names: WorkflowLine, train: WorkflowNames): Access[] =>
  assumes(
    { ...at(train), who: 'pipeline-role', principal: rolePrincipal(names.pipelineRole, names.account) },
    train.stackActionRole,
    train.account,
    { because: "the action runs in the training account, as that account's role", page: PAGES.crossAccount },
  )

export function stackActionAccesses(
  names: WorkflowLine,
  train: Pick<WorkflowNames, 'id' | 'account' | 'steps' | 'workflowStack' | 'stackActionRole' | 'cloudformationRole'>,
): Access[] {
  const to: Grantee = {
    ...at(train),
    who: 'stack-action-role',
    principal: rolePrincipal(train.stackActionRole, train.account),
  }
  const stack = { label: 'stack', arn: train.workflowStack.arn, account: train.account, sides: ['identity'] as const }
  return [
    ...grant(to, bucketTarget('artifacts', names.artifactsArn, names.account, train.account), [
      [
        's3:GetObject',
        'CodePipeline finds the source artifact, out of which it reads the template',
        PAGES.crossAccount,
        stopsWith(to.step, 'Insufficient permissions'),
      ],
      [
        's3:GetObjectVersion',
        'the bucket is versioned, and CodePipeline reads the version that it found',
        PAGES.pipelineRole,
        stopsWith(to.step, 'Insufficient permissions'),
      ],
    ]),
    ...grant(to, keyTarget(names.keyArn, names.account, names.region), [
      [
        'kms:Decrypt',
        'the source artifact is encrypted with the key',
        PAGES.crossAccount,
        stopsWith(to.step, 'Insufficient permissions'),
      ],
    ]),
    ...grant(to, stack, [
      [
        'cloudformation:DescribeStacks',
        'CodePipeline asks whether the stack exists and how it fares',
        PAGES.cloudformationAction,
      ],
      ['cloudformation:CreateStack', 'the first run creates the stack', PAGES.cloudformationAction],
      [
        'cloudformation:UpdateStack',
        'later runs update the stack',
        PAGES.cloudformationAction,
        onlyOn('update', 'cloudformation:UpdateStack'),
      ],
      [
        'cloudformation:DeleteStack',
        'what a failed creation left is deleted before the stack is created anew',
        PAGES.cloudformationAction,
        onlyOn('replace', 'cloudformation:DeleteStack'),
      ],
      [
        'cloudformation:DescribeStackEvents',
        'of a stack that failed CodePipeline says which resource did, and why',
        PAGES.cloudformationAction,
        onlyOn('failure', 'Status reason is not available'),
      ],
    ]),
    ...passes(to, train.cloudformationRole, train.account, CLOUDFORMATION, PAGES.cloudformationAction),
  ]
}

export function stackRoleAccesses(
  train: Pick<WorkflowNames, 'id' | 'account' | 'steps' | 'stateMachine' | 'cloudformationRole' | 'workflowRole'>,
): Access[] {
  const to: Grantee = {
    ...at(train),
    who: 'cloudformation-role',
    principal: rolePrincipal(train.cloudformationRole, train.account),
  }
  const machine = {
    label: 'state-machine',
    arn: train.stateMachine.arn,
    account: train.account,
    sides: ['identity'] as const,
  }
  const service: Grantee = { ...to, who: 'cloudformation', principal: servicePrincipal(CLOUDFORMATION, train.account) }
  return [
    ...assumes(service, train.cloudformationRole, train.account, {
      because: 'CloudFormation works with the role that the action hands it',
      page: PAGES.cloudformationRole,
      absence: stopsWith(train.steps.workflow, 'assume'),
    }),
    ...grant(to, machine, [
      ['states:CreateStateMachine', 'the template makes the state machine', PAGES.statesPermissions],
      [
        'states:TagResource',
        'the state machine is made with its tags, those of its stack too',
        PAGES.statesPermissions,
      ],
      [
        'states:DescribeStateMachine',
        'CloudFormation waits until the state machine is active',
        PAGES.statesPermissions,
      ],
      [
        'states:UpdateStateMachine',
        'a changed template updates it',
        PAGES.statesPermissions,
        onlyOn('update', 'states:UpdateStateMachine'),
      ],
      [
        'states:DeleteStateMachine',
        'a deleted or rolled-back stack deletes it',
        PAGES.statesPermissions,
        onlyOn('teardown', 'states:DeleteStateMachine'),
      ],
    ]),
    ...passes(to, train.workflowRole, train.account, STATES, PAGES.stateMachineRole),
  ]
}

/** Step Functions asks, when the state machine is made, whether its role may keep the rule that wakes a `.sync` task. */
export function stateMachineRoleAccesses(
  names: Pick<WorkflowLine, 'region'>,
  train: Pick<WorkflowNames, 'id' | 'account' | 'steps' | 'workflowRole'>,
): Access[] {
  const to: Grantee = {
    ...at(train),
    who: 'workflow-role',
    principal: rolePrincipal(train.workflowRole, train.account),
  }
  const rule = {
    label: 'managed-rule',
    arn: `arn:aws:events:${names.region}:${train.account}:rule/${MANAGED_RULE}`,
    account: train.account,
    sides: ['identity'] as const,
  }
  const absence = {
    does: 'stops-at',
    step: train.steps.workflow,
    error: 'not authorized to create managed-rule',
  } as const
  return [
    ...assumes(
      { ...to, who: 'states', principal: servicePrincipal(STATES, train.account) },
      train.workflowRole,
      train.account,
      {
        because: "Step Functions works with the state machine's role",
        page: PAGES.stateMachineRole,
        // Not the state machine's ARN as well: while it is being made, Step Functions acts for none.
        conditions: { StringEquals: { 'aws:SourceAccount': train.account } },
        absence: stopsWith(train.steps.workflow, 'assume'),
      },
    ),
    ...grant(to, rule, [
      [
        'events:PutRule',
        "the managed rule tells Step Functions of training jobs' ends",
        PAGES.statesSageMaker,
        absence,
      ],
      ['events:PutTargets', 'the managed rule needs its target', PAGES.statesSageMaker, absence],
      ['events:DescribeRule', 'Step Functions looks whether the managed rule is there', PAGES.statesSageMaker, absence],
    ]),
  ]
}
