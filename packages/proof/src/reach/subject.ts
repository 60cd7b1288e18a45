import type { Policy, Statement } from '@tripoint/iam'
import type { Reach } from '../report/report.ts'
import type { Asked } from '../world/request.ts'
import type { Principal, World } from '../world/world.ts'
import type { Asker } from './asker.ts'
import type { Needed } from './needed.ts'
import { isAboutAny, isOn } from './overlap.ts'
import type { Protected } from './protected.ts'
import { sessionsNamed } from './session.ts'
import { accountsOf, strangersOf, undeclared } from './stranger.ts'

/** Somebody of whom it is asked what he can do to a thing. */
export interface Subject extends Asker {
  readonly kind: Reach['kind']
  readonly who: string
  /** what is given: nobody chooses it */
  readonly context: Asked['context']
}

export interface Surroundings {
  readonly world: World
  readonly known: ReadonlySet<string>
  readonly needed: Needed
  inAccount(account: string): readonly Principal[]
}

/** All who could get at the thing at all, over every account: whoever is left out has no statement that is about it. */
export function subjectsOf(thing: Protected, around: Surroundings): Subject[] {
  const policy = thing.rule === 'plain' && thing.resource.rule === 'trust' ? undefined : thing.resource.policy?.policy
  return [...membersOf(thing, policy, around), ...(policy ? outsiders(thing, policy, around) : [])]
}

function membersOf(thing: Protected, policy: Policy | undefined, around: Surroundings): Subject[] {
  const { world, inAccount } = around
  const { account } = thing.resource
  const admitting = policy?.document.Statement.filter(({ Effect }) => Effect === 'Allow') ?? []
  const named = new Set(admitting.flatMap(accountsOf))
  const accounts = named.has('*') ? world.accounts.map(({ id }) => id) : [...new Set([account, ...named])]
  return accounts.flatMap(inAccount).flatMap(principal => {
    if (principal.arn === thing.resource.arn) return []
    const one = (arn: string) => ({ kind: 'principal' as const, who: principal.arn, principals: [arn], context: {} })
    const sessions = sessionsNamed(admitting, principal).map(one)
    const direct = principal.account === account && admitting.some(each => isDirect(each, principal.arn))
    const own = statementsOf(principal).filter(each => concerns(each, thing))
    // Without a word of his own it takes a policy that names him; and what the list has word for word needs no proof.
    if (!direct && own.every(each => around.needed.covers(principal.arn, each))) return sessions
    return [one(principal.arn), ...sessions]
  })
}

const concerns = (statement: Statement, { actions, patterns }: Protected): boolean =>
  isAboutAny(statement, actions) && patterns.some(pattern => isOn(statement, pattern))

const ANYTHING: Statement = { Effect: 'Allow', Action: ['*'], Resource: ['*'] }

const statementsOf = ({ identity }: Principal): readonly Statement[] =>
  identity.flatMap(({ opaque, policy }) =>
    opaque ? [ANYTHING] : policy.document.Statement.filter(({ Effect }) => Effect === 'Allow'),
  )

/** Named by itself, so that no policy of its own is asked. */
const isDirect = ({ Principal, NotPrincipal }: Statement, arn: string): boolean =>
  NotPrincipal !== undefined || (Principal?.AWS?.some(name => name === '*' || name === arn) ?? false)

function outsiders(thing: Protected, policy: Policy, { world, known }: Surroundings): Subject[] {
  // Nobody assumes a role without credentials, whatever its trust policy says.
  const strangers = strangersOf(world, known, policy, thing.resource.account)
    .filter(({ kind }) => thing.rule !== 'trust' || kind !== 'anonymous')
    .map(stranger => ({ ...stranger, context: {} }))
  return [...strangers, ...servicesOf(world, policy, thing.rule === 'trust')]
}

/**
 * A service that works for an account that nobody declared: the confused deputy.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
function servicesOf(world: World, policy: Policy, isTrust: boolean): Subject[] {
  const account = undeclared(world)
  const services = policy.document.Statement.flatMap(({ Effect, Principal }) =>
    Effect === 'Allow' ? (Principal?.Service ?? []) : [],
  )
  return [...new Set(services)]
    .filter(service => !isTrust || !Object.hasOwn(WITHOUT_SOURCE, service))
    .map(service => ({
      kind: 'service',
      who: service,
      principals: [`service:${service}`],
      context: {
        'aws:SourceAccount': account,
        'aws:SourceArn': `arn:aws:${service.split('.')[0]}:us-east-1:${account}:anything`,
      },
    }))
}

/** Services that do not say for whom they work when they put on a role: it is passed within its own account, and is theirs alone. */
const WITHOUT_SOURCE: Readonly<Record<string, string>> = {
  'lambda.amazonaws.com': 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html',
  'cloudformation.amazonaws.com':
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html',
  'ec2.amazonaws.com': 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html',
}
