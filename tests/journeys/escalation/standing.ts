import * as cloudformation from '@aws-sdk/client-cloudformation'
import * as logs from '@aws-sdk/client-cloudwatch-logs'
import * as codecommit from '@aws-sdk/client-codecommit'
import * as codepipeline from '@aws-sdk/client-codepipeline'
import * as events from '@aws-sdk/client-eventbridge'
import * as iam from '@aws-sdk/client-iam'
import * as kms from '@aws-sdk/client-kms'
import * as lambda from '@aws-sdk/client-lambda'
import * as s3 from '@aws-sdk/client-s3'
import * as sagemaker from '@aws-sdk/client-sagemaker'
import * as states from '@aws-sdk/client-sfn'
import { each, type Send, type ServiceName } from './account.ts'

interface Listing {
  readonly service: ServiceName
  readonly list: object
  /** The member of the answer that holds the list. */
  readonly items: string
  /** What is asked of each of them beside; what has none of it is refused, and that is noted too. */
  readonly of?: (item: Item) => readonly object[]
  /** What of an item counts; all of it unless said. */
  readonly counts?: (item: Item) => unknown
}

/** A member of a list, of which a text or a member is the name. */
type Item = Readonly<Record<string, never>>

const list = (
  service: ServiceName,
  command: object,
  items: string,
  of?: (item: Item) => readonly object[],
): Listing => ({
  service,
  list: command,
  items,
  ...(of === undefined ? {} : { of }),
})

/** Everything that an attacker could have changed: what each account holds, and what its policies say. */
const LISTINGS: readonly Listing[] = [
  list('iam', new iam.ListRolesCommand({}), 'Roles', ({ RoleName }) => [
    new iam.GetRoleCommand({ RoleName }),
    new iam.ListAttachedRolePoliciesCommand({ RoleName }),
    new iam.GetRolePolicyCommand({ RoleName, PolicyName: 'access' }),
    new iam.GetRolePolicyCommand({ RoleName, PolicyName: 'own' }),
    new iam.ListRolePoliciesCommand({ RoleName }),
  ]),
  list('iam', new iam.ListUsersCommand({}), 'Users', ({ UserName }) => [
    new iam.ListAttachedUserPoliciesCommand({ UserName }),
    new iam.ListUserPoliciesCommand({ UserName }),
    new iam.ListAccessKeysCommand({ UserName }),
  ]),
  list('iam', new iam.ListPoliciesCommand({ Scope: 'Local' }), 'Policies', ({ Arn: PolicyArn }) => [
    new iam.ListPolicyVersionsCommand({ PolicyArn }),
    new iam.GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }),
    new iam.GetPolicyVersionCommand({ PolicyArn, VersionId: 'v2' }),
  ]),
  list('kms', new kms.ListKeysCommand({}), 'Keys', ({ KeyId }) => [
    new kms.DescribeKeyCommand({ KeyId }),
    new kms.GetKeyPolicyCommand({ KeyId }),
    new kms.ListGrantsCommand({ KeyId }),
    new kms.ListResourceTagsCommand({ KeyId }),
  ]),
  list('kms', new kms.ListAliasesCommand({}), 'Aliases'),
  list('s3', new s3.ListBucketsCommand({}), 'Buckets', ({ Name: Bucket }) => [
    new s3.GetBucketPolicyCommand({ Bucket }),
    new s3.GetBucketEncryptionCommand({ Bucket }),
    new s3.GetBucketVersioningCommand({ Bucket }),
    new s3.GetBucketOwnershipControlsCommand({ Bucket }),
    new s3.GetBucketNotificationConfigurationCommand({ Bucket }),
    new s3.GetPublicAccessBlockCommand({ Bucket }),
    new s3.ListObjectVersionsCommand({ Bucket }),
  ]),
  list('lambda', new lambda.ListFunctionsCommand({}), 'Functions', ({ FunctionName }) => [
    new lambda.GetPolicyCommand({ FunctionName }),
  ]),
  list('states', new states.ListStateMachinesCommand({}), 'stateMachines', ({ stateMachineArn }) => [
    new states.DescribeStateMachineCommand({ stateMachineArn }),
    new states.ListExecutionsCommand({ stateMachineArn }),
  ]),
  {
    service: 'cloudformation',
    list: new cloudformation.ListStacksCommand({}),
    items: 'StackSummaries',
    // A refused update leaves a trace in the stack's status, and nothing else.
    counts: ({ StackId }) => StackId,
    of: ({ StackId }) => [
      new cloudformation.GetTemplateCommand({ StackName: StackId }),
      new cloudformation.GetStackPolicyCommand({ StackName: StackId }),
    ],
  },
  list('codepipeline', new codepipeline.ListPipelinesCommand({}), 'pipelines', ({ name }) => [
    new codepipeline.GetPipelineCommand({ name }),
    new codepipeline.GetPipelineStateCommand({ name }),
    new codepipeline.ListPipelineExecutionsCommand({ pipelineName: name }),
  ]),
  list('codecommit', new codecommit.ListRepositoriesCommand({}), 'repositories', ({ repositoryName }) => [
    new codecommit.ListBranchesCommand({ repositoryName }),
    new codecommit.GetBranchCommand({ repositoryName, branchName: 'main' }),
  ]),
  list('events', new events.ListRulesCommand({}), 'Rules', ({ Name }) => [
    new events.ListTargetsByRuleCommand({ Rule: Name }),
  ]),
  list('events', new events.ListEventBusesCommand({}), 'EventBuses'),
  list('sagemaker', new sagemaker.ListTrainingJobsCommand({}), 'TrainingJobSummaries'),
  list('sagemaker', new sagemaker.ListModelsCommand({}), 'Models'),
  list('sagemaker', new sagemaker.ListEndpointsCommand({}), 'Endpoints', ({ EndpointName, EndpointArn }) => [
    new sagemaker.DescribeEndpointCommand({ EndpointName }),
    new sagemaker.ListTagsCommand({ ResourceArn: EndpointArn }),
  ]),
  list('logs', new logs.DescribeLogGroupsCommand({}), 'logGroups'),
]

type Answer = Record<string, unknown>

/** How an account stands, as its administrator reads it: a line for each thing, so that a difference is readable. */
export async function standingOf(account: string, owner: Send): Promise<string[]> {
  const ask = async (service: ServiceName, command: object): Promise<Answer> => {
    try {
      const { $metadata: _, ...answer } = await owner<Answer>(service, command)
      return answer
    } catch (error) {
      return { refused: (error as Error).name }
    }
  }
  const lines = await each(
    LISTINGS,
    async ({ service, list, items, of = () => [], counts = (item: Item): unknown => item }) => {
      const all = (await owner<Answer>(service, list))[items] as Item[] | undefined
      const more = await each(all ?? [], async item => [
        item,
        ...(await each(of(item), command => ask(service, command))),
      ])
      return more.map(([item, ...rest]) => `${account} ${service} ${JSON.stringify([counts(item as Item), ...rest])}`)
    },
    4,
  )
  return lines.flat()
}
