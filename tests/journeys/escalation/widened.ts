import * as iam from '@aws-sdk/client-iam'
import * as kms from '@aws-sdk/client-kms'
import type { Field } from './field.ts'
import type { Scene } from './path.ts'

/** A hole made on purpose, through which the attempt of the same table then goes. */
export interface Hole {
  readonly who: string
  readonly path: string
  readonly target: string
  /** The attempt changes what an administrator sees: that nothing is different after the others says something. */
  readonly leavesTraces: boolean
  make(field: Field, scene: Scene): Promise<unknown>
}

const allow = (Action: string | string[], Resource = '*') => ({ Effect: 'Allow', Action, Resource })
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

const give = (field: Field, { actor }: Scene, ...statements: object[]) =>
  field.ownerOf(actor)(
    'iam',
    new iam.PutRolePolicyCommand({
      RoleName: actor.name,
      PolicyName: 'hole',
      PolicyDocument: policy(...statements),
    }),
  )

export const HOLES: readonly Hole[] = [
  {
    who: 'deployer-role',
    path: "a role's own policy",
    target: 'deployer-role',
    leavesTraces: true,
    make: (field, scene) => give(field, scene, allow('iam:PutRolePolicy')),
  },
  {
    who: 'workflow-role',
    path: 'a function with a role',
    target: 'people-administrator for escalation',
    leavesTraces: true,
    make: (field, scene) => give(field, scene, allow(['iam:PassRole', 'lambda:CreateFunction'])),
  },
  {
    who: 'hosting-role',
    path: "a function's code",
    target: 'churn-deploy',
    leavesTraces: true,
    make: (field, scene) => give(field, scene, allow('lambda:UpdateFunctionCode')),
  },
  {
    who: 'training-role',
    path: 'a grant on the key',
    target: 'the key',
    leavesTraces: true,
    async make(field, scene) {
      const { keyArn: KeyId, actor } = scene
      const shared = field.owner.shared
      const { Policy = '' } = await shared<kms.GetKeyPolicyCommandOutput>('kms', new kms.GetKeyPolicyCommand({ KeyId }))
      const statement = { ...allow('kms:CreateGrant'), Principal: { AWS: actor.arn } }
      const wider = policy(...JSON.parse(Policy).Statement, statement)
      await shared('kms', new kms.PutKeyPolicyCommand({ KeyId, Policy: wider }))
      await give(field, scene, allow('kms:CreateGrant', KeyId))
    },
  },
  {
    who: 'run-action-role',
    path: "another role's session",
    target: 'reporter-role',
    leavesTraces: false,
    async make(field, scene) {
      const { actor, deploy } = scene
      const { name: RoleName, arn } = deploy.reporterRole
      const trust = { Effect: 'Allow', Principal: { AWS: actor.arn }, Action: 'sts:AssumeRole' }
      await field.owner.shared(
        'iam',
        new iam.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: policy(trust) }),
      )
      await give(field, scene, allow('sts:AssumeRole', arn))
    },
  },
  {
    who: 'invoke-action-role',
    path: 'a Glue endpoint with a role',
    target: 'people-administrator',
    leavesTraces: false,
    make: (field, scene) => give(field, scene, allow(['iam:PassRole', 'glue:CreateDevEndpoint'])),
  },
]
