/** Writes src/generated/resource-types.json: `node packages/twin/build/resource-types.ts`, from the repository's root or anywhere. */
import { writeFileSync } from 'node:fs'
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec'

const db = loadAwsServiceSpecSync()
const resourceOf = (name: string) => db.lookup('resource', 'cloudFormationType', 'equals', name).only()
type Property = ReturnType<typeof resourceOf>['properties'][string]

/** Whole type where the twin may come to implement it; the names alone of the rest of these services tell a slip from a gap. */
const types = [
  'CloudFormation::WaitConditionHandle',
  'CloudWatch::Alarm',
  'CodeCommit::Repository',
  'CodePipeline::Pipeline',
  'ECR::Repository',
  'Events::EventBus',
  'Events::EventBusPolicy',
  'Events::Rule',
  'IAM::Group',
  'IAM::InstanceProfile',
  'IAM::ManagedPolicy',
  'IAM::Policy',
  'IAM::Role',
  'IAM::RolePolicy',
  'IAM::User',
  'IAM::UserPolicy',
  'KMS::Alias',
  'KMS::Key',
  'Lambda::Alias',
  'Lambda::Function',
  'Lambda::Permission',
  'Lambda::Url',
  'Lambda::Version',
  'Logs::LogGroup',
  'Logs::LogStream',
  'Logs::ResourcePolicy',
  'S3::Bucket',
  'S3::BucketPolicy',
  'SageMaker::Endpoint',
  'SageMaker::EndpointConfig',
  'SageMaker::Model',
  'StepFunctions::Activity',
  'StepFunctions::StateMachine',
  'StepFunctions::StateMachineAlias',
  'StepFunctions::StateMachineVersion',
].map(name => `AWS::${name}`)

const typeText = (type: Property['type']): string => {
  switch (type.type) {
    case 'array':
      return `[${typeText(type.element)}]`
    case 'map':
      return `{${typeText(type.element)}}`
    case 'ref':
      return `#${db.get('typeDefinition', type.reference.$ref).name}`
    case 'union':
      return type.types.map(typeText).join('|')
    case 'date-time':
      return 'string'
    default:
      return type.type
  }
}

const replaces: Record<string, string> = { yes: ' replaces', maybe: ' may-replace' }

const propertyText = (property: Property) =>
  typeText(property.type) + (property.required ? ' required' : '') + (replaces[property.causesReplacement ?? ''] ?? '')

const sorted = <T, U>(record: Record<string, T>, map: (value: T) => U) =>
  Object.fromEntries(
    Object.entries(record)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, map(value)]),
  )

const described = types.map(name => {
  const resource = resourceOf(name)
  const definitions = Object.fromEntries(
    db.follow('usesType', resource).map(({ entity }) => [entity.name, sorted(entity.properties, propertyText)]),
  )
  const tags = resource.tagInformation
  return [
    name,
    {
      identifier: resource.primaryIdentifier ?? [],
      ...(tags === undefined ? {} : { tags: `${tags.tagPropertyName} ${tags.variant}` }),
      attributes: Object.keys(resource.attributes).sort(),
      properties: sorted(resource.properties, propertyText),
      definitions: sorted(definitions, definition => definition),
    },
  ] as const
})

const services = new Set(types.map(name => name.split('::')[1]))
const known = db
  .all('resource')
  .map(({ cloudFormationType }) => cloudFormationType)
  .filter(name => services.has(name.split('::')[1]) && !types.includes(name))
  .sort()

writeFileSync(
  new URL('../src/generated/resource-types.json', import.meta.url),
  `${JSON.stringify({ types: Object.fromEntries(described), known }, null, 1)}\n`,
)
