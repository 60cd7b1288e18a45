import { askers } from './askers.ts'
import { codeOf } from './code.ts'
import type { Move } from './edge.ts'
import { principalNode, thingNode } from './node.ts'
import type { Scene } from './scene.ts'

interface Taken {
  readonly name: string
  readonly types: readonly string[]
  readonly action: string
  readonly does: string
  readonly page: string
}

const KEYS = ['AWS::KMS::Key', 'AWS::KMS::ReplicaKey']

/** A resource is taken by whoever may write its policy. */
const TAKEN: readonly Taken[] = [
  {
    name: 'put-key-policy',
    types: KEYS,
    action: 'kms:PutKeyPolicy',
    does: 'can rewrite the policy of',
    page: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-administrators',
  },
  {
    name: 'create-grant',
    types: KEYS,
    action: 'kms:CreateGrant',
    does: 'can give anybody, itself too, the use of',
    page: 'https://docs.aws.amazon.com/kms/latest/developerguide/grants.html',
  },
  {
    name: 'put-bucket-policy',
    types: ['AWS::S3::Bucket'],
    action: 's3:PutBucketPolicy',
    does: 'can rewrite the policy of',
    page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html',
  },
]

export function* takeMoves(scene: Scene): Generator<Move> {
  for (const taken of TAKEN)
    for (const resource of taken.types.flatMap(scene.ofType)) {
      const to = thingNode(scene.world, resource.arn, resource.account)
      for (const from of askers(scene, resource, taken.action, resource.arn))
        yield {
          from,
          to,
          by: taken.name,
          does: `${taken.does} ${to.name} (${taken.action})`,
          page: taken.page,
          asks: [{ action: taken.action, resource: resource.arn }],
        }
    }
}

/** Code and templates run as a role: whoever may write where they are loaded from says what it does. */
export function* codeMoves(scene: Scene): Generator<Move> {
  for (const { role, from: place, holder, actions, by, what, page } of codeOf(scene)) {
    const to = principalNode(scene.world, role)
    for (const action of actions)
      for (const from of askers(scene, holder, action, place)) {
        if (from.id === role) continue
        yield {
          from,
          to,
          by,
          does: `can write ${what} (${action})`,
          page,
          later: true,
          asks: [{ action, resource: place }],
        }
      }
  }
}
