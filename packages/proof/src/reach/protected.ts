import { arnLike, type ResourceRule } from '@tripoint/iam'
import { actionsMatching, resourceTypesOf } from '../catalogue/catalogue.ts'
import type { Resource } from '../world/world.ts'

/** What of a resource is asked about: by which rule, which actions, on what. */
export interface Protected {
  readonly resource: Resource
  readonly rule: ResourceRule
  /** patterns */
  readonly actions: readonly string[]
  /** patterns of ARNs: the resource, and what lies in it */
  readonly patterns: readonly string[]
  /** the actions that there are, and that can be allowed on it */
  readonly names: readonly string[]
}

type Row = Pick<Protected, 'rule' | 'actions' | 'patterns'>

const plain = (service: string, ...patterns: string[]): Row => ({ rule: 'plain', actions: [`${service}:*`], patterns })

/** By the resource's type: everything that its service does with it. */
const PROTECTED: Readonly<Record<string, (arn: string) => readonly Row[]>> = {
  'AWS::IAM::Role': arn => [{ rule: 'trust', actions: ['sts:*'], patterns: [arn] }, plain('iam', arn)],
  'AWS::KMS::Key': arn => [{ rule: 'key', actions: ['kms:*'], patterns: [arn] }],
  'AWS::S3::Bucket': arn => [plain('s3', arn, `${arn}/*`)],
  'AWS::CodeCommit::Repository': arn => [plain('codecommit', arn)],
  'AWS::CodePipeline::Pipeline': arn => [plain('codepipeline', arn, `${arn}/*`)],
  'AWS::Lambda::Function': arn => [plain('lambda', arn, `${arn}:*`)],
  'AWS::StepFunctions::StateMachine': arn => [
    plain('states', arn, `${arn.replace(':stateMachine:', ':execution:')}:*`),
  ],
}

/** Of every other type what has a policy of its own. */
export function protectedIn(resource: Resource): Protected[] {
  const { type, arn, policy, rule } = resource
  const service = arn.split(':')[2]
  const rest: readonly Row[] =
    policy && service ? [{ rule, actions: [`${service}:*`], patterns: [arn, `${arn}/*`] }] : []
  const rows = Object.hasOwn(PROTECTED, type) ? PROTECTED[type]!(arn) : rest
  return rows.map(row => ({ resource, ...row, names: namesFor(row) }))
}

/** Actions that no resource can be named for are about no resource. */
function namesFor({ actions, patterns }: Row): string[] {
  const examples = patterns.map(pattern => pattern.replaceAll('*', 'x'))
  return actions.flatMap(actionsMatching).filter(action => {
    if (action === SERVICE_LINKED && !patterns[0]?.includes(':role/aws-service-role/')) return false
    const types = resourceTypesOf(action).map(type => type.arn.replaceAll('~', '*'))
    return types.some(type => examples.some(example => arnLike(type, example)))
  })
}

/** Makes roles that AWS names, and touches no other. */
const SERVICE_LINKED = 'iam:CreateServiceLinkedRole'
