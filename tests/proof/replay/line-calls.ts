import * as cloudformation from '@aws-sdk/client-cloudformation'
import * as cloudwatch from '@aws-sdk/client-cloudwatch'
import * as logs from '@aws-sdk/client-cloudwatch-logs'
import * as codecommit from '@aws-sdk/client-codecommit'
import * as codepipeline from '@aws-sdk/client-codepipeline'
import * as events from '@aws-sdk/client-eventbridge'
import * as lambda from '@aws-sdk/client-lambda'
import * as states from '@aws-sdk/client-sfn'
import { last, type Recipe, tail, text, to, UUID, type Witness } from './call.ts'

const StackName = (witness: Witness) => tail(witness).split('/')[1] ?? ''
const group = (witness: Witness) =>
  tail(witness)
    .replace(/^log-group:/, '')
    .split(':log-stream:')[0] ?? ''
const stream = (witness: Witness) => tail(witness).split(':log-stream:')[1] ?? 'x'
const logGroup = (witness: Witness) => ({ logGroupName: group(witness) })
const logStream = (witness: Witness) => ({ ...logGroup(witness), logStreamName: stream(witness) })
const machineName = (witness: Witness) => tail(witness).replace(/^stateMachine:/, '')
const roleArn = ({ principal }: Witness) => principal
/** Refused after its permission was asked for: nothing comes of a call that is let through. */
const invalid = '{}'

export const DELIVERY: Readonly<Record<string, Recipe>> = {
  'cloudformation:CreateStack': to(
    'cloudformation',
    it => new cloudformation.CreateStackCommand({ StackName: StackName(it), TemplateBody: invalid }),
  ),
  'cloudformation:UpdateStack': to(
    'cloudformation',
    it => new cloudformation.UpdateStackCommand({ StackName: StackName(it), TemplateBody: invalid }),
  ),
  'cloudformation:DeleteStack': to(
    'cloudformation',
    it => new cloudformation.DeleteStackCommand({ StackName: StackName(it) }),
    { destroys: true },
  ),
  'cloudformation:SetStackPolicy': to(
    'cloudformation',
    it => new cloudformation.SetStackPolicyCommand({ StackName: StackName(it), StackPolicyBody: 'x' }),
  ),
  'cloudformation:DescribeStacks': to(
    'cloudformation',
    it => new cloudformation.DescribeStacksCommand({ StackName: StackName(it) }),
  ),
  'cloudformation:DescribeStackEvents': to(
    'cloudformation',
    it => new cloudformation.DescribeStackEventsCommand({ StackName: StackName(it) }),
  ),
  'cloudwatch:PutMetricData': to(
    'cloudwatch',
    it => new cloudwatch.PutMetricDataCommand({ Namespace: text(it, 'cloudwatch:namespace') ?? 'x', MetricData: [] }),
    { keys: ['cloudwatch:namespace'] },
  ),
  'codecommit:GetBranch': to(
    'codecommit',
    it => new codecommit.GetBranchCommand({ repositoryName: tail(it), branchName: 'main' }),
  ),
  'codecommit:GetCommit': to(
    'codecommit',
    (it, { commit }) => new codecommit.GetCommitCommand({ repositoryName: tail(it), commitId: commit }),
  ),
  'codecommit:DeleteRepository': to(
    'codecommit',
    it => new codecommit.DeleteRepositoryCommand({ repositoryName: tail(it) }),
    { destroys: true },
  ),
  'codepipeline:GetPipelineState': to(
    'codepipeline',
    it => new codepipeline.GetPipelineStateCommand({ name: tail(it) }),
  ),
  'codepipeline:StartPipelineExecution': to(
    'codepipeline',
    it =>
      new codepipeline.StartPipelineExecutionCommand({ name: tail(it), variables: [{ name: 'no-such', value: 'x' }] }),
  ),
  'codepipeline:PutApprovalResult': to('codepipeline', it => {
    const [pipelineName, stageName = 'x', actionName = 'x'] = tail(it).split('/')
    const result = { summary: '', status: 'Rejected' } as const
    return new codepipeline.PutApprovalResultCommand({ pipelineName, stageName, actionName, result, token: UUID })
  }),
  'codepipeline:PutJobSuccessResult': to(
    'codepipeline',
    () => new codepipeline.PutJobSuccessResultCommand({ jobId: UUID }),
  ),
  'codepipeline:PutJobFailureResult': to(
    'codepipeline',
    () =>
      new codepipeline.PutJobFailureResultCommand({ jobId: UUID, failureDetails: { type: 'JobFailed', message: 'x' } }),
  ),
  'events:DescribeRule': to('events', it => new events.DescribeRuleCommand({ Name: last(it) })),
  'events:DeleteRule': to('events', it => new events.DeleteRuleCommand({ Name: last(it) })),
  'events:PutRule': to(
    'events',
    it => new events.PutRuleCommand({ Name: last(it), EventPattern: '{"source":["aws.sagemaker"]}' }),
  ),
  'events:PutTargets': to(
    'events',
    it => new events.PutTargetsCommand({ Rule: last(it), Targets: [{ Id: 'x', Arn: it.resource }] }),
  ),
  'lambda:InvokeFunction': to(
    'lambda',
    it => new lambda.InvokeCommand({ FunctionName: it.resource, InvocationType: 'DryRun' }),
  ),
  'lambda:ListFunctions': to('lambda', () => new lambda.ListFunctionsCommand({})),
  'lambda:AddPermission': to(
    'lambda',
    it =>
      new lambda.AddPermissionCommand({
        FunctionName: it.resource,
        StatementId: 'x',
        Action: 'lambda:InvokeFunction',
        Principal: '444444444444',
        RevisionId: UUID,
      }),
  ),
  'logs:CreateLogGroup': to('logs', it => new logs.CreateLogGroupCommand(logGroup(it))),
  'logs:CreateLogStream': to('logs', it => new logs.CreateLogStreamCommand(logStream(it))),
  'logs:PutLogEvents': to(
    'logs',
    it => new logs.PutLogEventsCommand({ ...logStream(it), logEvents: [{ timestamp: Date.now(), message: 'x' }] }),
  ),
  'logs:DescribeLogStreams': to('logs', it => new logs.DescribeLogStreamsCommand(logGroup(it))),
  'states:DescribeStateMachine': to(
    'states',
    it => new states.DescribeStateMachineCommand({ stateMachineArn: it.resource }),
  ),
  'states:DescribeExecution': to('states', it => new states.DescribeExecutionCommand({ executionArn: it.resource })),
  'states:StartExecution': to(
    'states',
    it => new states.StartExecutionCommand({ stateMachineArn: it.resource, input: '{' }),
  ),
  'states:CreateStateMachine': to(
    'states',
    it => new states.CreateStateMachineCommand({ name: machineName(it), roleArn: roleArn(it), definition: invalid }),
  ),
  'states:UpdateStateMachine': to(
    'states',
    it => new states.UpdateStateMachineCommand({ stateMachineArn: it.resource, definition: invalid }),
  ),
  'states:DeleteStateMachine': to(
    'states',
    it => new states.DeleteStateMachineCommand({ stateMachineArn: it.resource }),
    { destroys: true },
  ),
  'states:TagResource': to('states', it => new states.TagResourceCommand({ resourceArn: it.resource, tags: [] })),
}
