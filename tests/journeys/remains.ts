import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation'
import { CodeCommitClient, ListRepositoriesCommand } from '@aws-sdk/client-codecommit'
import { CodePipelineClient, ListPipelinesCommand } from '@aws-sdk/client-codepipeline'
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge'
import { IAMClient, ListPoliciesCommand, ListRolesCommand } from '@aws-sdk/client-iam'
import { DescribeKeyCommand, KMSClient, ListAliasesCommand, ListKeysCommand } from '@aws-sdk/client-kms'
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import {
  ListEndpointConfigsCommand,
  ListEndpointsCommand,
  ListModelsCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn'

/** What a line has left behind in an account. Keys that wait for their deletion, jobs, logs, and the rule that Step Functions keeps for all its executions may stay. */
export async function remains(environment: Readonly<Record<string, string>>): Promise<string[]> {
  const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_REGION } = environment
  const config = {
    endpoint: AWS_ENDPOINT_URL ?? '',
    region: AWS_REGION ?? '',
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
  }
  const iam = new IAMClient(config)
  const kms = new KMSClient(config)
  const sagemaker = new SageMakerClient(config)
  const stacks = (await new CloudFormationClient(config).send(new ListStacksCommand({}))).StackSummaries ?? []
  const keys = (await kms.send(new ListKeysCommand({}))).Keys ?? []
  const states = await Promise.all(
    keys.map(async ({ KeyId }) => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata),
  )
  return [
    ...stacks.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE').map(({ StackId }) => StackId),
    ...states.filter(key => key?.KeyManager === 'CUSTOMER' && key.KeyState !== 'PendingDeletion').map(key => key?.Arn),
    ...((await kms.send(new ListAliasesCommand({}))).Aliases ?? [])
      .map(({ AliasName }) => AliasName)
      .filter(name => !name?.startsWith('alias/aws/')),
    ...((await iam.send(new ListRolesCommand({}))).Roles ?? []).map(({ Arn }) => Arn),
    ...((await iam.send(new ListPoliciesCommand({ Scope: 'Local' }))).Policies ?? []).map(({ Arn }) => Arn),
    ...((await new S3Client({ ...config, forcePathStyle: true }).send(new ListBucketsCommand({}))).Buckets ?? []).map(
      ({ Name }) => Name,
    ),
    ...((await new CodeCommitClient(config).send(new ListRepositoriesCommand({}))).repositories ?? []).map(
      ({ repositoryName }) => repositoryName,
    ),
    ...((await new CodePipelineClient(config).send(new ListPipelinesCommand({}))).pipelines ?? []).map(
      ({ name }) => name,
    ),
    ...((await new EventBridgeClient(config).send(new ListRulesCommand({}))).Rules ?? [])
      .map(({ Name }) => Name)
      .filter(name => !name?.startsWith('StepFunctionsGetEvents')),
    ...((await new LambdaClient(config).send(new ListFunctionsCommand({}))).Functions ?? []).map(
      ({ FunctionArn }) => FunctionArn,
    ),
    ...((await new SFNClient(config).send(new ListStateMachinesCommand({}))).stateMachines ?? []).map(
      ({ stateMachineArn }) => stateMachineArn,
    ),
    ...((await sagemaker.send(new ListEndpointsCommand({}))).Endpoints ?? []).map(({ EndpointArn }) => EndpointArn),
    ...((await sagemaker.send(new ListEndpointConfigsCommand({}))).EndpointConfigs ?? []).map(
      ({ EndpointConfigArn }) => EndpointConfigArn,
    ),
    ...((await sagemaker.send(new ListModelsCommand({}))).Models ?? []).map(({ ModelArn }) => ModelArn),
  ].map(String)
}
