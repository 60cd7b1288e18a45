import { isReferredByArn, namingProperty } from './references.ts'
import { entryOf } from './value.ts'

/** Where a stack stands. */
export interface Site {
  readonly account: string
  readonly region: string
  readonly stack: string
}

/** What CloudFormation makes of a resource, as far as other resources can see it. */
export interface Physical {
  readonly name: string
  readonly arn: string
  /** what `Ref` gives */
  readonly ref: string
  /** what `Fn::GetAtt` gives; undefined for an attribute that nothing here knows */
  attribute(name: string): string | undefined
}

interface Kind {
  /** the property that names it, where it is not `Name` or its type with `Name` */
  readonly name?: string
  /** `{name}`, `{region}`, `{account}`, `{partition}`, `{path}`; without `arn:…` */
  readonly arn: string
  /** `name` unless said otherwise */
  readonly ref?: 'arn' | string
  readonly attributes?: Readonly<Record<string, string>>
  /** names of this kind have no capitals */
  readonly lower?: true
}

const regional = (service: string, resource: string, more: Partial<Kind> = {}): Kind => ({
  arn: `${service}:{region}:{account}:${resource}`,
  ...more,
})
const iam = (kind: string, more: Partial<Kind> = {}): Kind => ({ arn: `iam::{account}:${kind}{path}{name}`, ...more })

/**
 * What `Ref` and `Fn::GetAtt` give for each type, and the ARN as policies spell it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const KINDS: Readonly<Record<string, Kind>> = {
  'AWS::IAM::Role': iam('role', { attributes: { RoleId: 'AROA{name}' } }),
  'AWS::IAM::User': iam('user'),
  'AWS::IAM::Group': iam('group'),
  'AWS::IAM::ManagedPolicy': iam('policy', { ref: 'arn', attributes: { PolicyArn: '{arn}' } }),
  'AWS::IAM::InstanceProfile': iam('instance-profile'),
  'AWS::S3::Bucket': {
    arn: 's3:::{name}',
    lower: true,
    attributes: {
      DomainName: '{name}.s3.amazonaws.com',
      RegionalDomainName: '{name}.s3.{region}.amazonaws.com',
      WebsiteURL: 'http://{name}.s3-website-{region}.amazonaws.com',
    },
  },
  'AWS::S3::AccessPoint': regional('s3', 'accesspoint/{name}', { name: 'Name', lower: true }),
  'AWS::KMS::Key': regional('kms', 'key/{name}', { attributes: { KeyId: '{name}' } }),
  'AWS::KMS::ReplicaKey': regional('kms', 'key/{name}', { attributes: { KeyId: '{name}' } }),
  'AWS::KMS::Alias': regional('kms', '{name}', { name: 'AliasName' }),
  'AWS::CodeCommit::Repository': regional('codecommit', '{name}', {
    attributes: { Name: '{name}' },
    ref: 'id-of-{name}',
  }),
  'AWS::CodePipeline::Pipeline': regional('codepipeline', '{name}'),
  'AWS::CodeBuild::Project': regional('codebuild', 'project/{name}'),
  'AWS::Lambda::Function': regional('lambda', 'function:{name}'),
  'AWS::Lambda::Alias': regional('lambda', 'function:{function}:{name}', { name: 'Name', ref: 'arn' }),
  'AWS::Lambda::Version': regional('lambda', 'function:{function}:1', { ref: 'arn', attributes: { Version: '1' } }),
  'AWS::Lambda::LayerVersion': regional('lambda', 'layer:{name}:1', { name: 'LayerName', ref: 'arn' }),
  'AWS::StepFunctions::StateMachine': regional('states', 'stateMachine:{name}', {
    ref: 'arn',
    attributes: { Name: '{name}' },
  }),
  'AWS::StepFunctions::Activity': regional('states', 'activity:{name}', { ref: 'arn', attributes: { Name: '{name}' } }),
  'AWS::Events::Rule': regional('events', 'rule/{name}'),
  'AWS::Events::EventBus': regional('events', 'event-bus/{name}', { attributes: { Name: '{name}' } }),
  'AWS::Logs::LogGroup': regional('logs', 'log-group:{name}', { attributes: { Arn: '{arn}:*' } }),
  'AWS::SNS::Topic': regional('sns', '{name}', {
    ref: 'arn',
    attributes: { TopicArn: '{arn}', TopicName: '{name}' },
  }),
  'AWS::SQS::Queue': regional('sqs', '{name}', {
    ref: 'https://sqs.{region}.amazonaws.com/{account}/{name}',
    attributes: {
      QueueName: '{name}',
      QueueUrl: 'https://sqs.{region}.amazonaws.com/{account}/{name}',
    },
  }),
  'AWS::ECR::Repository': regional('ecr', 'repository/{name}', {
    lower: true,
    attributes: { RepositoryUri: '{account}.dkr.ecr.{region}.amazonaws.com/{name}' },
  }),
  'AWS::SageMaker::Endpoint': regional('sagemaker', 'endpoint/{name}', {
    ref: 'arn',
    attributes: { EndpointName: '{name}' },
  }),
  'AWS::SageMaker::EndpointConfig': regional('sagemaker', 'endpoint-config/{name}', {
    ref: 'arn',
    attributes: { EndpointConfigName: '{name}' },
  }),
  'AWS::SageMaker::Model': regional('sagemaker', 'model/{name}', { ref: 'arn', attributes: { ModelName: '{name}' } }),
  'AWS::SageMaker::ModelPackageGroup': regional('sagemaker', 'model-package-group/{name}', { ref: 'arn' }),
  'AWS::SageMaker::Pipeline': regional('sagemaker', 'pipeline/{name}', { name: 'PipelineName' }),
  'AWS::CloudFormation::Stack': regional('cloudformation', 'stack/{name}/*', { name: 'StackName', ref: 'arn' }),
  'AWS::DynamoDB::Table': regional('dynamodb', 'table/{name}', {
    attributes: { StreamArn: '{arn}/stream/latest' },
  }),
  'AWS::DynamoDB::GlobalTable': regional('dynamodb', 'table/{name}', { name: 'TableName' }),
  'AWS::SecretsManager::Secret': regional('secretsmanager', 'secret:{name}', {
    name: 'Name',
    ref: 'arn',
    attributes: { Id: '{arn}' },
  }),
  'AWS::SSM::Parameter': regional('ssm', 'parameter/{name}', { name: 'Name' }),
  'AWS::Kinesis::Stream': regional('kinesis', 'stream/{name}', { name: 'Name' }),
  'AWS::KinesisFirehose::DeliveryStream': regional('firehose', 'deliverystream/{name}', { name: 'DeliveryStreamName' }),
  'AWS::Glue::Job': regional('glue', 'job/{name}', { name: 'Name' }),
  'AWS::Glue::Database': regional('glue', 'database/{name}', { name: 'DatabaseInput.Name' }),
  'AWS::ECS::Cluster': regional('ecs', 'cluster/{name}', { name: 'ClusterName' }),
  'AWS::ECS::TaskDefinition': regional('ecs', 'task-definition/{name}:1', {
    name: 'Family',
    ref: 'arn',
    attributes: { TaskDefinitionArn: '{arn}' },
  }),
  'AWS::EC2::Instance': regional('ec2', 'instance/{name}'),
  'AWS::EC2::VPC': regional('ec2', 'vpc/{name}', { attributes: { VpcId: '{name}' } }),
  'AWS::EC2::SecurityGroup': regional('ec2', 'security-group/{name}', { attributes: { GroupId: '{name}' } }),
  'AWS::EC2::Subnet': regional('ec2', 'subnet/{name}', { attributes: { SubnetId: '{name}' } }),
}

/** Some of the properties, already resolved. */
export type Named = (property: string) => unknown

export function physical(type: string, logicalId: string, site: Site, property: Named): Physical {
  const kind = entryOf(KINDS, type) ?? fallback(type)
  const given = nameProperties(type, kind).map(property).find(isName)
  const generated = `${site.stack}-${logicalId}`
  const name = given ?? (kind.lower ? generated.toLowerCase() : generated)
  const path = property('Path')
  const fill = (pattern: string, arn: string) =>
    pattern.replace(/\{(\w+)\}/g, (_, key: string) => values[key]?.() ?? (key === 'arn' ? arn : key))
  const values: Record<string, () => string> = {
    name: () => name.replace(kind.arn.includes('parameter/{name}') ? /^\// : /^$/, ''),
    region: () => site.region,
    account: () => site.account,
    function: () => String(property('FunctionName') ?? name).replace(/^arn:.*:function:/, ''),
    path: () => (typeof path === 'string' && path.startsWith('/') ? path : '/'),
  }
  const arn = `arn:${partitionOf(site.region)}:${fill(kind.arn, '')}`
  const ref = kind.ref === 'arn' ? arn : kind.ref === undefined ? name : fill(kind.ref, arn)
  return {
    name,
    arn,
    ref,
    attribute(attribute) {
      const known = entryOf(kind.attributes ?? {}, attribute)
      if (known !== undefined) return fill(known, arn)
      if (attribute === 'Arn' || attribute === `${shortOf(type)}Arn`) return arn
      return attribute === 'Name' || attribute === `${shortOf(type)}Name` ? name : undefined
    },
  }
}

const shortOf = (type: string) => type.slice(type.lastIndexOf(':') + 1)
const isName = (value: unknown): value is string => typeof value === 'string' && value !== ''

const nameProperties = (type: string, kind: Kind) =>
  kind.name === undefined ? [`${shortOf(type)}Name`, 'Name'] : [kind.name]

/** `AWS::Athena::WorkGroup` → `athena:…:workgroup/…`: most services are called so in ARNs. */
function fallback(type: string): Kind {
  const [, service = 'unknown', resource = type] = type.split('::')
  const name = namingProperty(type)
  return regional(service.toLowerCase().replace(/[^a-z0-9-]/g, ''), `${resource.toLowerCase()}/{name}`, {
    ...(isReferredByArn(type) ? { ref: 'arn' } : {}),
    ...(name === undefined ? {} : { name }),
  })
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export const partitionOf = (region: string): string =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
