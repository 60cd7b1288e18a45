import type { DeployNames, Names, TrainNames } from '@tripoint/pipeline'
import type { ServiceName } from './account.ts'
import type { Actor } from './actor.ts'
import type { Bystanders } from './bystanders.ts'

/** A way that is known to turn some rights into more. */
export interface Path {
  readonly name: string
  /** Who describes it. */
  readonly source: string
  /** What IAM has to allow for it, all of it. */
  readonly actions: readonly string[]
  /** The twin has no such operation: the deployed policies decide. */
  readonly isDecided: boolean
  /** The service that a role is passed to, of a path that is decided so. */
  readonly passedTo?: string
  attempts(scene: Scene): readonly Attempt[]
}

/** One try: with the call itself or, where the twin has no such operation, with what AWS would ask the policies for it. */
export type Attempt = Sent | Decided

export interface Sent {
  /** What it is aimed at, as the table of what is granted by design says it. */
  readonly target: string
  readonly service: ServiceName
  readonly command: object
}

export interface Decided {
  readonly target: string
  readonly asks: readonly Ask[]
}

export interface Ask {
  readonly action: string
  readonly resource: string
  readonly context: Readonly<Record<string, string>>
}

export interface RoleTarget {
  readonly arn: string
  readonly name: string
  readonly label: string
  readonly account: string
}

/** What an attacker sees: the account whose role is held, what lies in it, and the line. */
export interface Scene {
  readonly actor: Actor
  readonly region: string
  readonly account: string
  readonly names: Names
  readonly train: TrainNames
  readonly deploy: DeployNames
  readonly home: Bystanders
  /** Of all three accounts, and of the actor's own. */
  readonly everyRole: readonly RoleTarget[]
  readonly roles: readonly RoleTarget[]
  /** The line's stacks in the actor's account. */
  readonly stacks: readonly string[]
  readonly keyArn: string
  /** What the key encrypted, as the training role may have it done. */
  readonly ciphertext: Uint8Array
  /** An object of each kind that lies in the bucket. */
  readonly objects: { readonly data: string; readonly model: string; readonly artifact: string }
  /** Of the commit that was built last. */
  readonly commit: string
  readonly execution: string
  /** Of the workflow, as the committer wrote it. */
  readonly template: Template
}

export interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: object }>>
}

type Try = readonly [target: string, command: object]

/** A path whose calls are all of one service. */
export const sent = (
  service: ServiceName,
  name: string,
  source: string,
  actions: readonly string[],
  tries: (scene: Scene) => readonly Try[],
): Path => ({
  name,
  source,
  actions,
  isDecided: false,
  attempts: scene => tries(scene).map(([target, command]) => ({ target, service, command })),
})

/**
 * A path through operations that the twin does not have. A role that is passed is tried for every role of the account; of all
 * else it is enough that one action is refused.
 */
export const decided = (name: string, source: string, actions: readonly string[], passedTo?: string): Path => ({
  name,
  source,
  actions,
  isDecided: true,
  ...(passedTo === undefined ? {} : { passedTo: `${passedTo}.amazonaws.com` }),
  attempts: scene => {
    const others = actions
      .filter(action => action !== 'iam:PassRole')
      .map(action => ({ action, resource: resourceOf(action, scene), context: {} }))
    if (!actions.includes('iam:PassRole')) return [{ target: 'its own account', asks: others }]
    return scene.roles.map(({ arn, label }) => ({
      target: label,
      asks: [
        {
          action: 'iam:PassRole',
          resource: arn,
          context: { 'iam:PassedToService': `${passedTo ?? ''}.amazonaws.com` },
        },
        ...others,
      ],
    }))
  },
})

const resourceOf = (action: string, { account, region }: Scene): string => {
  const [service = ''] = action.split(':')
  return `arn:aws:${service}:${service === 'iam' ? '' : region}:${account}:escalation/escalation`
}

/** A name that nothing of the line's has. */
export const STRANGE = 'escalation'

/** For each role of the account: under a name that the line's roles may use, and under one that they may not. */
export const withRoles =
  (own: (scene: Scene) => string, make: (name: string, role: string, scene: Scene) => object) => (scene: Scene) =>
    [own(scene), STRANGE].flatMap(name =>
      scene.roles.map(({ arn, label }) => [`${label} for ${name}`, make(name, arn, scene)] as const),
    )

export const repositoryOf = ({ names }: Scene): string => names.repositoryArn.split(':').at(-1) ?? ''

export const everything = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
})
