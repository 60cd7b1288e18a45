import { needsOf, readWorld } from '@tripoint/proof'
import { describe, expect, test } from 'vitest'
import churn from '../../examples/churn/tripoint.config.ts'
import { escalation } from '../../packages/proof/src/escalation/escalation.ts'
import { reachable } from '../../packages/proof/src/reach/reachable.ts'
import { templatesOf } from './checked.ts'
import { type Json, valueAt, withValue } from './documents.ts'

const line = templatesOf(churn)
const [A, B, C] = ['111111111111', '222222222222', '333333333333']
const role = (account: string | undefined, name: string) => `arn:aws:iam::${account}:role/churn-${name}-us-east-1`
const PIPELINE = role(A, 'pipeline')
const TRIGGER = role(A, 'trigger')
const REPORTER = role(A, 'deploy-reporter')
const STACK_ACTION = role(B, 'train-stack-action')
const RUN_ACTION = role(B, 'train-run-action')
const CLOUDFORMATION = role(B, 'train-cloudformation')
const TRAINING = role(B, 'train-training')
const INVOKE_ACTION = role(C, 'deploy-invoke-action')
const DEPLOYER = role(C, 'deploy-deployer')
const HOSTING = role(C, 'deploy-hosting')
const BUCKET = `arn:aws:s3:::churn-${A}-us-east-1`

type Statement = Json & { readonly Action: string | readonly string[] }

/** A statement too many: in which stack, of what, on which side. */
type Planted = readonly [stack: string, logicalId: string, side: keyof typeof SIDES, statement: Statement]

const SIDES = {
  identity: ['Policies', 0, 'PolicyDocument'],
  trust: ['AssumeRolePolicyDocument'],
  bucket: ['PolicyDocument'],
  key: ['KeyPolicy'],
} as const

function withAll(planted: readonly Planted[]): Readonly<Record<string, Json>> {
  const changed: Record<string, Json> = {}
  for (const [stack, id, side, statement] of planted) {
    const template = changed[stack] ?? line.templates[stack]!
    const path = ['Resources', id, 'Properties', ...SIDES[side], 'Statement']
    const list = valueAt(template, path) as Json[]
    changed[stack] = withValue(template, path, [...list, { Effect: 'Allow', ...statement }]) as Json
  }
  return changed
}

const one = (arn: string) => ({
  Principal: { AWS: `arn:aws:iam::${arn.split(':')[4]}:root` },
  Condition: { ArnEquals: { 'aws:PrincipalArn': arn } },
})
const lets = (arn: string): Statement => ({ ...one(arn), Action: 'sts:AssumeRole' })
const assume = (arn: string): Statement => ({ Action: 'sts:AssumeRole', Resource: arn })

interface Hole {
  readonly name: string
  readonly planted: readonly Planted[]
  /** some of the paths: whence, and by what to whom */
  readonly paths: readonly (readonly string[])[]
}

const holes: readonly Hole[] = [
  {
    name: 'production into the pipeline role, and so into training',
    planted: [
      ['churn-base', 'PipelineRole', 'trust', lets(DEPLOYER)],
      ['churn-production', 'DeployDeployerRole', 'identity', assume(PIPELINE)],
    ],
    paths: [
      [DEPLOYER, 'assume-role', PIPELINE],
      [DEPLOYER, 'assume-role', PIPELINE, 'assume-role', STACK_ACTION],
      [DEPLOYER, 'assume-role', PIPELINE, 'assume-role', STACK_ACTION, 'pass-role-to-cloudformation', CLOUDFORMATION],
    ],
  },
  {
    name: 'all of production into the pipeline role',
    planted: [
      [
        'churn-base',
        'PipelineRole',
        'trust',
        { Principal: { AWS: `arn:aws:iam::${C}:root` }, Action: 'sts:AssumeRole' },
      ],
    ],
    paths: [
      [`anybody else in ${C} (production)`, 'assume-role', PIPELINE],
      [`anybody else in ${C} (production)`, 'assume-role', PIPELINE, 'assume-role', RUN_ACTION],
    ],
  },
  {
    name: 'the whole world into training',
    planted: [['churn-training', 'TrainTrainingRole', 'trust', { Principal: '*', Action: 'sts:AssumeRole' }]],
    paths: [
      ['any AWS account', 'assume-role', TRAINING],
      [`anybody else in ${A} (shared)`, 'assume-role', TRAINING],
      [`anybody else in ${C} (production)`, 'assume-role', TRAINING],
    ],
  },
  {
    name: 'training into production',
    planted: [
      ['churn-production', 'DeployInvokeActionRole', 'trust', lets(TRAINING)],
      ['churn-training', 'TrainTrainingRole', 'identity', assume('arn:aws:iam::*:role/churn-*')],
    ],
    paths: [[TRAINING, 'assume-role', INVOKE_ACTION]],
  },
  {
    name: "iam: training's administration",
    planted: [['churn-training', 'TrainStackActionRole', 'identity', { Action: 'iam:Put*', Resource: '*' }]],
    paths: [[STACK_ACTION, 'put-role-policy', `an administrator of ${B} (training)`]],
  },
  {
    name: "iam: a role's trust, and on by the pipeline's own way",
    planted: [['churn-base', 'TriggerRole', 'identity', { Action: 'iam:UpdateAssumeRolePolicy', Resource: PIPELINE }]],
    paths: [[TRIGGER, 'rewrite-trust', PIPELINE, 'assume-role', INVOKE_ACTION]],
  },
  {
    name: 'lambda: the code of the deployer, from the pipeline’s role on',
    planted: [
      [
        'churn-production',
        'DeployInvokeActionRole',
        'identity',
        { Action: 'lambda:UpdateFunctionCode', Resource: '*' },
      ],
    ],
    paths: [
      [PIPELINE, 'assume-role', INVOKE_ACTION, 'change-function', DEPLOYER],
      [INVOKE_ACTION, 'change-function', DEPLOYER, 'assume-role', REPORTER],
    ],
  },
  {
    name: 'codepipeline: what reports changes the pipeline',
    planted: [
      ['churn-base', 'DeployReporterRole', 'identity', { Action: ['iam:PassRole', 'codepipeline:*'], Resource: '*' }],
    ],
    paths: [
      [DEPLOYER, 'assume-role', REPORTER, 'pass-role-to-codepipeline', PIPELINE],
      [REPORTER, 'pass-role-to-codepipeline', PIPELINE, 'assume-role', STACK_ACTION],
    ],
  },
  {
    name: 'kms: a grant',
    planted: [
      ['churn-base', 'Key', 'key', { ...one(HOSTING), Action: 'kms:CreateGrant', Resource: '*' }],
      ['churn-production', 'DeployHostingRole', 'identity', { Action: 'kms:CreateGrant', Resource: '*' }],
    ],
    paths: [[HOSTING, 'create-grant', `arn:aws:kms:us-east-1:${A}:key/churn-base-Key`]],
  },
  {
    name: 's3: the policy of the bucket',
    planted: [
      ['churn-base', 'BucketPolicy', 'bucket', { ...one(TRAINING), Action: 's3:*', Resource: BUCKET }],
      ['churn-training', 'TrainTrainingRole', 'identity', { Action: 's3:PutBucket*', Resource: '*' }],
    ],
    paths: [[TRAINING, 'put-bucket-policy', BUCKET]],
  },
  {
    name: 's3: an artifact on its way',
    planted: [
      ['churn-base', 'BucketPolicy', 'bucket', { ...one(HOSTING), Action: 's3:PutObject', Resource: `${BUCKET}/*` }],
      ['churn-production', 'DeployHostingRole', 'identity', { Action: 's3:PutObject', Resource: '*' }],
    ],
    paths: [[HOSTING, 'write-artifact', CLOUDFORMATION]],
  },
  {
    name: 'codecommit: the source',
    planted: [['churn-base', 'TriggerRole', 'identity', { Action: 'codecommit:Git*', Resource: '*' }]],
    paths: [[TRIGGER, 'push-source', CLOUDFORMATION]],
  },
]

function pathsOf(changed?: Readonly<Record<string, Json>>) {
  const world = readWorld(line.inputs(changed), { accounts: churn.accounts })
  return escalation(world, needsOf(churn, world))
}

const told = (changed?: Readonly<Record<string, Json>>) =>
  pathsOf(changed).map(({ from, steps }) => [from, ...steps.flatMap(({ by, to }) => [by, to])])

describe('who can become whom', () => {
  test('nobody of one account anybody of another, but where the line works by it', () => {
    expect(told()).toEqual([])
  })

  test.each(holes)('$name', ({ planted, paths }) => {
    const found = told(withAll(planted))
    for (const path of paths) expect(found).toContainEqual(path)
  })

  test('half a hole is none: a trust without a permission, a permission without a trust', () => {
    for (const [half] of holes.flatMap(({ planted }) => (planted.length > 1 ? planted.map(each => [each]) : [])))
      expect(told(withAll([half!]))).toEqual([])
  })

  test('a managed policy that is not known here is no "no"', () => {
    const path = ['Resources', 'DeployReporterRole', 'Properties', 'ManagedPolicyArns']
    const arns = ['arn:aws:iam::aws:policy/NotCarriedHere']
    const paths = pathsOf({ 'churn-base': withValue(line.templates['churn-base'], path, arns) as Json })
    expect(paths.length).toBeGreaterThan(0)
    for (const { undecided } of paths)
      expect(undecided).toBe('what arn:aws:iam::aws:policy/NotCarriedHere says is not known here')
  })
})

describe('who else can get at the things of the line', () => {
  const reached = (...planted: Planted[]) => {
    const world = readWorld(line.inputs(withAll(planted)), { accounts: churn.accounts })
    return reachable(world, needsOf(churn, world)).map(({ who, actions, resource }) => [who, ...actions, resource])
  }
  const KEY = `arn:aws:kms:us-east-1:${A}:key/churn-base-Key`
  const everybodyIn = (account: string | undefined, action: string): Statement => ({
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: action,
    Resource: '*',
  })

  test('nobody', () => expect(reached()).toEqual([]))

  test('all of an account that a key policy names whole', () => {
    expect(reached(['churn-base', 'Key', 'key', everybodyIn(C, 'kms:Decrypt')])).toEqual([
      [`anybody else in ${C} (production)`, 'kms:Decrypt', KEY],
    ])
  })

  test('an account that nobody declared', () => {
    expect(reached(['churn-base', 'Key', 'key', everybodyIn('444444444444', 'kms:Encrypt')])).toEqual([
      ['account 444444444444, which nobody declared', 'kms:Encrypt', KEY],
    ])
  })

  test('a role of the line, beyond what the list gives it', () => {
    const statement: Statement = { Action: 's3:DeleteObject', Resource: `${BUCKET}/*` }
    expect(reached(['churn-base', 'TriggerRole', 'identity', statement])).toEqual([
      [TRIGGER, 's3:DeleteObject', BUCKET],
    ])
  })

  test('a service that is asked by another account', () => {
    const statement: Statement = { Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' }
    expect(reached(['churn-training', 'TrainTrainingRole', 'trust', statement])).toEqual([
      ['states.amazonaws.com', 'sts:AssumeRole', TRAINING],
    ])
  })
})
