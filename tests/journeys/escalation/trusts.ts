import * as lambda from '@aws-sdk/client-lambda'
import * as states from '@aws-sdk/client-sfn'
import type { Send } from './account.ts'
import type { Actor } from './actor.ts'
import { PATHS } from './attempt.ts'
import { actionsOf, allows } from './deployed.ts'
import type { RoleTarget, Scene } from './path.ts'

/** One role that has another act: by handing it to a service, by putting it on, or by setting going what runs as it. */
export interface Trust {
  readonly from: string
  readonly to: string
  readonly by: 'passes' | 'assumes' | 'invokes' | 'starts'
  /** What the second may do and the first may not: what the trust is worth. */
  readonly gains: readonly string[]
}

/** What runs as a role, of the actor's account. */
interface Runner {
  readonly by: 'invokes' | 'starts'
  readonly action: string
  readonly arn: string
  readonly role: string
}

/** Functions and state machines of an account, the people's too. */
export async function runnersOf(owner: Send): Promise<Runner[]> {
  const { Functions = [] } = await owner<lambda.ListFunctionsCommandOutput>(
    'lambda',
    new lambda.ListFunctionsCommand({}),
  )
  const { stateMachines = [] } = await owner<states.ListStateMachinesCommandOutput>(
    'states',
    new states.ListStateMachinesCommand({}),
  )
  const machines = await Promise.all(
    stateMachines.map(({ stateMachineArn }) =>
      owner<states.DescribeStateMachineCommandOutput>(
        'states',
        new states.DescribeStateMachineCommand({ stateMachineArn }),
      ),
    ),
  )
  return [
    ...Functions.map(
      ({ FunctionArn: arn = '', Role: role = '' }) =>
        ({ by: 'invokes', action: 'lambda:InvokeFunction', arn, role }) as const,
    ),
    ...machines.map(
      ({ stateMachineArn: arn = '', roleArn: role = '' }) =>
        ({ by: 'starts', action: 'states:StartExecution', arn, role }) as const,
    ),
  ]
}

/** Every service that a role can be passed to, as the paths name them. */
const SERVICES = [
  ...new Set([
    ...['cloudformation', 'codepipeline', 'events', 'lambda', 'sagemaker', 'states'].map(
      name => `${name}.amazonaws.com`,
    ),
    ...PATHS.flatMap(({ passedTo = '' }) => (passedTo === '' ? [] : [passedTo])),
  ]),
]

/** Whom the deployed policies let a role drive; a trust policy may still refuse, which is not asked here. */
export function trustsOf(scene: Scene, runners: readonly Runner[], actors: readonly Actor[]): Trust[] {
  const { actor, roles, everyRole } = scene
  const ask = (action: string, resource: string, context = {}) => allows(actor, { action, resource, context })
  const own = actionsOf(actor)
  const trust = (by: Trust['by'], { arn, label }: RoleTarget): Trust => {
    const driven = actors.find(other => other.arn === arn)
    const gains = driven === undefined ? ['*'] : actionsOf(driven).filter(action => !own.includes(action))
    return { from: actor.label, to: label, by, gains: gains.toSorted() }
  }
  const passed = roles.filter(({ arn }) =>
    SERVICES.some(service => ask('iam:PassRole', arn, { 'iam:PassedToService': service })),
  )
  const assumed = everyRole.filter(({ arn }) => ask('sts:AssumeRole', arn))
  return [
    ...passed.map(role => trust('passes', role)),
    ...assumed.map(role => trust('assumes', role)),
    ...runners.flatMap(({ by, action, arn, role }) =>
      ask(action, arn) ? roles.filter(({ arn }) => arn === role).map(found => trust(by, found)) : [],
    ),
  ]
}

/** Whom a role reaches, over as many others as it takes. */
export function reachOf(from: string, trusts: readonly Trust[]): string[] {
  const reached = new Set<string>()
  const follow = (label: string) => {
    for (const { to } of trusts.filter(trust => trust.from === label)) {
      if (reached.has(to)) continue
      reached.add(to)
      follow(to)
    }
  }
  follow(from)
  return [...reached].toSorted()
}
