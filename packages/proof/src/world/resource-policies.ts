import { entryOf, isScalar, type Json, member } from '../template/value.ts'
import { type Built, lastPart, property, propertySpot, type Report, texts } from './built.ts'
import { policyOf, writtenPolicy } from './document.ts'
import type { PlacedStatement, WrittenPolicy } from './world.ts'

interface Source {
  /** the policy of the very resource */
  readonly own?: true
  /** the type of the resources that it is attached to */
  readonly of?: string
  /** the property that names them */
  readonly names?: string
  /** the property that holds the document */
  readonly document: readonly string[]
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html */
const SOURCES: Readonly<Record<string, Source>> = {
  'AWS::S3::BucketPolicy': { of: 'AWS::S3::Bucket', names: 'Bucket', document: ['PolicyDocument'] },
  'AWS::S3::AccessPoint': { own: true, document: ['Policy'] },
  'AWS::KMS::Key': { own: true, document: ['KeyPolicy'] },
  'AWS::KMS::ReplicaKey': { own: true, document: ['KeyPolicy'] },
  'AWS::SQS::QueuePolicy': { of: 'AWS::SQS::Queue', names: 'Queues', document: ['PolicyDocument'] },
  'AWS::SQS::QueueInlinePolicy': { of: 'AWS::SQS::Queue', names: 'Queue', document: ['PolicyDocument'] },
  'AWS::SNS::TopicPolicy': { of: 'AWS::SNS::Topic', names: 'Topics', document: ['PolicyDocument'] },
  'AWS::SNS::TopicInlinePolicy': { of: 'AWS::SNS::Topic', names: 'TopicArn', document: ['PolicyDocument'] },
  'AWS::ECR::Repository': { own: true, document: ['RepositoryPolicyText'] },
  'AWS::Events::EventBus': { own: true, document: ['Policy'] },
  'AWS::SecretsManager::ResourcePolicy': {
    of: 'AWS::SecretsManager::Secret',
    names: 'SecretId',
    document: ['ResourcePolicy'],
  },
  'AWS::DynamoDB::Table': { own: true, document: ['ResourcePolicy', 'PolicyDocument'] },
  'AWS::Kinesis::ResourcePolicy': { of: 'AWS::Kinesis::Stream', names: 'ResourceArn', document: ['ResourcePolicy'] },
  'AWS::SageMaker::ModelPackageGroup': { own: true, document: ['ModelPackageGroupPolicy'] },
}

/** A statement that CloudFormation's resource says in properties of its own. */
interface Single {
  readonly of: string
  readonly names: string
  readonly statement: (built: Built, target: string) => Json | undefined
}

const SINGLES: Readonly<Record<string, Single>> = {
  'AWS::Lambda::Permission': { of: 'AWS::Lambda::Function', names: 'FunctionName', statement: lambdaStatement },
  'AWS::Events::EventBusPolicy': { of: 'AWS::Events::EventBus', names: 'EventBusName', statement: busStatement },
}

/** A resource that no template makes, and that has a policy by one. */
export interface Unmade {
  readonly type: string
  readonly name: string
  readonly arn: string
  readonly by: Built
}

export interface ResourcePolicies {
  /** ARN of the resource → its policy */
  readonly policies: ReadonlyMap<string, WrittenPolicy>
  readonly unmade: readonly Unmade[]
}

export function resourcePolicies(all: readonly Built[], report: Report): ResourcePolicies {
  const policies = new Map<string, WrittenPolicy>()
  const unmade = new Map<string, Unmade>()
  const index = new Map<string, Built>()
  for (const built of all) {
    for (const name of [built.name, lastPart(built.name)])
      index.set(`${built.type} ${built.stack.site.account} ${name}`, built)
  }
  const find = (type: string, text: string, by: Built): { arn: string; name: string; account: string } => {
    const { account, region } = by.stack.site
    const name = nameIn(text)
    const made = index.get(`${type} ${account} ${name}`)
    if (made) return { arn: made.arn, name, account }
    const arn = text.startsWith('arn:') ? text : UNMADE[type]!(account, region, name)
    unmade.set(arn, { type, name, arn, by })
    return { arn, name, account }
  }
  for (const built of all) {
    const source = entryOf(SOURCES, built.type)
    if (!source) continue
    const document = source.document.reduce(member, built.properties as unknown)
    if (document === undefined) {
      if (built.type === 'AWS::KMS::Key') policies.set(built.arn, defaultKeyPolicy(built))
      continue
    }
    const targets = source.own
      ? [{ arn: built.arn, account: built.stack.site.account }]
      : texts(property(built, source.names ?? '')).map(text => find(source.of ?? '', text, built))
    for (const { arn, account } of targets) {
      const key = built.type.startsWith('AWS::KMS')
      const written = writtenPolicy(
        {
          ...{ side: key ? 'key' : 'resource', kind: 'resource', owner: arn, account, document },
          name: `${key ? 'key policy' : 'resource policy'} of ${arn}`,
          spot: propertySpot(built, ...source.document),
        },
        report,
      )
      if (policies.has(arn)) report(secondPolicy(arn, built))
      else policies.set(arn, written)
    }
  }
  for (const [arn, said] of singles(all, find)) {
    const [first] = said
    const known = policies.get(arn)
    const placed = said.map(({ placed }) => placed)
    const common = {
      ...{ side: 'resource' as const, owner: arn, account: first!.account, name: `resource policy of ${arn}` },
      spot: known?.spot ?? first!.placed.spot,
    }
    const before = (known?.policy.document.Statement ?? []).map((statement, at) => ({
      statement,
      spot: known?.spots?.[at] ?? { file: common.spot.file, path: [...common.spot.path, 'Statement', at] },
    }))
    policies.set(arn, { ...known, ...policyOf(common, [...before, ...placed], '2012-10-17', true) })
  }
  return { policies, unmade: [...unmade.values()] }
}

type Find = (type: string, text: string, by: Built) => { arn: string; name: string; account: string }

function singles(all: readonly Built[], find: Find) {
  const found = new Map<string, { placed: PlacedStatement; account: string }[]>()
  for (const built of all) {
    const single = entryOf(SINGLES, built.type)
    if (!single) continue
    const name = property(built, single.names)
    const target = find(single.of, isScalar(name) ? String(name) : 'default', built)
    const statement = single.statement(built, target.arn)
    if (!statement) continue
    const spot = propertySpot(built)
    found.set(target.arn, [...(found.get(target.arn) ?? []), { placed: { statement, spot }, account: target.account }])
  }
  return found
}

/** A queue by its URL, a topic by its ARN, a function by ARN or name, with a version or without. */
function nameIn(text: string): string {
  if (text.startsWith('https://')) return lastPart(text)
  if (!text.startsWith('arn:')) return text.split(':')[0]!
  const [, , service, , , ...rest] = text.split(':')
  if (service === 'lambda' || service === 'secretsmanager') return rest[1] ?? ''
  return lastPart(rest.join(':'))
}

const UNMADE: Readonly<Record<string, (account: string, region: string, name: string) => string>> = {
  'AWS::S3::Bucket': (_account, _region, name) => `arn:aws:s3:::${name}`,
  'AWS::SQS::Queue': (account, region, name) => `arn:aws:sqs:${region}:${account}:${name}`,
  'AWS::SNS::Topic': (account, region, name) => `arn:aws:sns:${region}:${account}:${name}`,
  'AWS::SecretsManager::Secret': (account, region, name) =>
    `arn:aws:secretsmanager:${region}:${account}:secret:${name}`,
  'AWS::Lambda::Function': (account, region, name) => `arn:aws:lambda:${region}:${account}:function:${name}`,
  'AWS::Events::EventBus': (account, region, name) => `arn:aws:events:${region}:${account}:event-bus/${name}`,
  'AWS::Kinesis::Stream': (account, region, name) => `arn:aws:kinesis:${region}:${account}:stream/${name}`,
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
function defaultKeyPolicy(key: Built): WrittenPolicy {
  const { account } = key.stack.site
  const statement = {
    Sid: 'Enable IAM User Permissions',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  }
  const common = { side: 'key' as const, owner: key.arn, account, name: `key policy of ${key.arn}`, spot: key.spot }
  return policyOf(common, [{ statement, spot: key.spot }], '2012-10-17', true)
}

/** https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
function lambdaStatement(built: Built, target: string): Json | undefined {
  const principal = property(built, 'Principal')
  const action = property(built, 'Action')
  if (!isScalar(principal) || !isScalar(action)) return undefined
  const text = String(principal)
  const account = property(built, 'SourceAccount')
  const source = property(built, 'SourceArn')
  const organization = property(built, 'PrincipalOrgID')
  const condition = {
    ...(isScalar(account) || isScalar(organization)
      ? {
          StringEquals: {
            ...(isScalar(account) ? { 'AWS:SourceAccount': String(account) } : {}),
            ...(isScalar(organization) ? { 'aws:PrincipalOrgID': String(organization) } : {}),
          },
        }
      : {}),
    ...(isScalar(source) ? { ArnLike: { 'AWS:SourceArn': String(source) } } : {}),
  }
  return {
    Effect: 'Allow',
    Principal: /\.amazon(aws)?\.com(\.cn)?$/.test(text) ? { Service: text } : text === '*' ? '*' : { AWS: text },
    Action: String(action),
    Resource: target,
    ...(Object.keys(condition).length > 0 ? { Condition: condition } : {}),
  }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-events-eventbuspolicy.html */
function busStatement(built: Built, target: string): Json | undefined {
  const whole = property(built, 'Statement')
  if (typeof whole === 'object' && whole !== null) return whole as Json
  const principal = property(built, 'Principal')
  if (!isScalar(principal)) return undefined
  const text = String(principal)
  const organization = member(property(built, 'Condition'), 'Value')
  return {
    Effect: 'Allow',
    Principal: text === '*' ? '*' : { AWS: /^\d{12}$/.test(text) ? `arn:aws:iam::${text}:root` : text },
    Action: 'events:PutEvents',
    Resource: target,
    ...(isScalar(organization) ? { Condition: { StringEquals: { 'aws:PrincipalOrgID': String(organization) } } } : {}),
  }
}

const secondPolicy = (arn: string, by: Built) => ({
  code: 'second-resource-policy',
  severity: 'error' as const,
  message: `${by.logicalId} is a second policy of ${arn}`,
  consequence: 'a resource has one policy: the one that is deployed later replaces the other; the first is judged here',
  cure: 'write one policy with the statements of both',
  spot: by.spot,
})
