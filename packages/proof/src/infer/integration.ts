import { type Access, PAGES, passes, type Row } from '@tripoint/pipeline'
import { member } from '../template/value.ts'
import { text } from './field.ts'
import { isRole, roleOf } from './principal.ts'
import { own, sagemaker, said, type Task, workerOf } from './task.ts'
import { trainingNeeds } from './training-job.ts'

interface Integration {
  /** the rule of EventBridge by which a `.sync` task hears of the end */
  readonly rule?: string
  readonly needs: (task: Task) => readonly Access[]
}

/**
 * Tasks by the integration that their `Resource` names; what each needs is on the integration's page.
 * https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html
 */
export const INTEGRATIONS: Readonly<Record<string, Integration>> = {
  'sagemaker:createTrainingJob': {
    rule: 'StepFunctionsGetEventsForSageMakerTrainingJobsRule',
    needs: trainingNeeds,
  },
  'sagemaker:createTransformJob': sagemakerJob(
    'TransformJob',
    'transform-job',
    'StepFunctionsGetEventsForSageMakerTransformJobsRule',
  ),
  'sagemaker:createProcessingJob': sagemakerJob(
    'ProcessingJob',
    'processing-job',
    'StepFunctionsGetEventsForSageMakerProcessingJobsRule',
  ),
  'sagemaker:createModel': {
    needs: task => [
      ...own(task, 'model', sagemaker(task, 'model', 'ModelName'), [
        ['sagemaker:CreateModel', 'the task makes a model', PAGES.statesSageMaker],
      ]),
      ...passed(task, 'ExecutionRoleArn', 'sagemaker.amazonaws.com'),
    ],
  },
  'sagemaker:createEndpointConfig': {
    needs: task =>
      own(task, 'endpoint-config', sagemaker(task, 'endpoint-config', 'EndpointConfigName'), [
        ['sagemaker:CreateEndpointConfig', 'the task makes a configuration of the endpoint', PAGES.statesSageMaker],
      ]),
  },
  'sagemaker:createEndpoint': { needs: task => endpoint(task, 'CreateEndpoint') },
  'sagemaker:updateEndpoint': { needs: task => endpoint(task, 'UpdateEndpoint') },
  'lambda:invoke': {
    needs: task =>
      own(task, 'function', lambda(task, text(member(task.state.parameters, 'FunctionName'))), [
        ['lambda:InvokeFunction', 'the task invokes the function', LAMBDA],
      ]),
  },
  'sns:publish': {
    needs: task =>
      own(task, 'topic', said(task, 'TopicArn'), [['sns:Publish', 'the task publishes to the topic', SNS]]),
  },
  'sqs:sendMessage': {
    needs: task =>
      own(task, 'queue', queue(said(task, 'QueueUrl')), [['sqs:SendMessage', 'the task sends to the queue', SQS]]),
  },
  'states:startExecution': {
    rule: 'StepFunctionsGetEventsForStepFunctionsExecutionRule',
    needs: task => {
      const machine = said(task, 'StateMachineArn')
      const executions = machine.replace(':stateMachine:', ':execution:')
      return [
        ...own(task, 'child', machine, [['states:StartExecution', 'the task starts another state machine', STATES]]),
        ...(task.wait === '.sync' && executions !== ''
          ? own(task, 'child-executions', `${executions}:*`, [
              ['states:DescribeExecution', 'the task waits for the execution', STATES],
              [
                'states:StopExecution',
                'a stopped execution stops its child',
                STATES,
                { does: 'only-on', path: 'abort', error: 'states:StopExecution' },
              ],
            ])
          : []),
      ]
    },
  },
  'codebuild:startBuild': {
    rule: 'StepFunctionsGetEventForCodeBuildStartBuildRule',
    needs: task => {
      const project = said(task, 'ProjectName')
      const { region, account } = task.machine
      return own(task, 'project', project && `arn:aws:codebuild:${region}:${account}:project/${project}`, [
        ['codebuild:StartBuild', 'the task starts a build', CODEBUILD],
        ...(task.wait === '.sync'
          ? ([
              ['codebuild:BatchGetBuilds', 'the task waits for the build', CODEBUILD],
              [
                'codebuild:StopBuild',
                'a stopped execution stops its build',
                CODEBUILD,
                { does: 'only-on', path: 'abort', error: 'codebuild:StopBuild' },
              ],
            ] satisfies Row[])
          : []),
      ])
    },
  },
  ...Object.fromEntries(
    (['getItem', 'putItem', 'updateItem', 'deleteItem'] as const).map(call => [
      `dynamodb:${call}`,
      {
        needs: (task: Task) => {
          const table = said(task, 'TableName')
          const { region, account } = task.machine
          const verb = `${call.charAt(0).toUpperCase()}${call.slice(1)}`
          return own(task, 'table', table && `arn:aws:dynamodb:${region}:${account}:table/${table}`, [
            [`dynamodb:${verb}`, 'the task reads or writes the table', DYNAMODB],
          ])
        },
      },
    ]),
  ),
}

const DG = 'https://docs.aws.amazon.com/step-functions/latest/dg'
const LAMBDA = `${DG}/connect-lambda.html`
const SNS = `${DG}/connect-sns.html`
const SQS = `${DG}/connect-sqs.html`
const STATES = `${DG}/connect-stepfunctions.html`
const CODEBUILD = `${DG}/connect-codebuild.html`
const DYNAMODB = `${DG}/connect-ddb.html`

const lambda = ({ machine }: Task, name: string | undefined): string => {
  if (name === undefined || name.startsWith('{%')) return ''
  const plain = name.replace(/:\$LATEST$/, '')
  return plain.startsWith('arn:') ? plain : `arn:aws:lambda:${machine.region}:${machine.account}:function:${plain}`
}

/** https://sqs.us-east-1.amazonaws.com/222222222222/queue */
function queue(url: string): string {
  const [, region, account, name] =
    /^https:\/\/sqs\.([\w-]{1,40})\.amazonaws\.com\/([^/]{1,100})\/([^/]{1,100})$/.exec(url) ?? []
  return name === undefined ? '' : `arn:aws:sqs:${region}:${account}:${name}`
}

function endpoint(task: Task, verb: 'CreateEndpoint' | 'UpdateEndpoint'): Access[] {
  const row: Row = [
    `sagemaker:${verb}`,
    'the task deploys the endpoint; the call is authorised for both',
    PAGES.statesSageMaker,
  ]
  return [
    ...own(task, 'endpoint', sagemaker(task, 'endpoint', 'EndpointName'), [row]),
    ...own(task, 'endpoint-config', sagemaker(task, 'endpoint-config', 'EndpointConfigName'), [row]),
  ]
}

function sagemakerJob(job: string, kind: string, rule: string): Integration {
  return {
    rule,
    needs: task => [
      ...own(task, kind, sagemaker(task, kind, `${job}Name`), [
        [`sagemaker:Create${job}`, 'the task starts the job', PAGES.statesSageMaker],
        ...(task.wait === '.sync'
          ? ([
              ['sagemaker:AddTags', 'a .sync task tags the job MANAGED_BY_AWS', PAGES.statesSageMaker],
              [`sagemaker:Describe${job}`, 'the task waits for the job', PAGES.statesSageMaker],
              [
                `sagemaker:Stop${job}`,
                'a stopped execution stops its job',
                PAGES.statesSageMaker,
                { does: 'only-on', path: 'abort', error: `sagemaker:Stop${job}` },
              ],
            ] satisfies Row[])
          : []),
      ]),
      ...passed(task, 'RoleArn', 'sagemaker.amazonaws.com'),
    ],
  }
}

function passed(task: Task, name: string, service: string): Access[] {
  const arn = said(task, name)
  return isRole(arn) ? passes(workerOf(task), roleOf(arn, 'passed'), task.machine.account, service, PAGES.passRole) : []
}
