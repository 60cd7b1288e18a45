import { parseArn, type Statement } from '@tripoint/iam'
import { principalText } from '@tripoint/pipeline'
import type { Needs } from '../needs/need.ts'
import type { Trusted } from '../report/report.ts'
import type { Resource, World } from '../world/world.ts'
import { limitsOf } from './limits.ts'
import { accountsOf } from './stranger.ts'

/** Who is not on the list and could get at things all the same, by what an account's owner can always do: named, not hidden. */
export const trusted = (world: World, needs: Needs): Trusted[] => [
  ...administrators(world),
  ...world.resources.flatMap(resource => ownersOf(world, resource)),
  ...world.resources.flatMap(resource => neighbours(world, resource)),
  ...people(needs),
]

const nameOf = (world: World, account: string): string =>
  `administrators of ${account} (${world.accounts.find(({ id }) => id === account)?.label ?? 'not declared'})`

const WHO = 'the root user, and whoever an identity policy there allows it'

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html */
function administrators(world: World): Trusted[] {
  return world.accounts.map(({ id }) => {
    const roles = world.principals.filter(({ account, kind }) => account === id && kind === 'role').length
    return {
      who: nameOf(world, id),
      account: id,
      may: ['iam:*'],
      on: `arn:aws:iam::${id}:*`,
      why: `${WHO}: they can write any policy there and become each of its roles (${roles} in these templates)`,
      roles,
    }
  })
}

/** By the resource's type: what its account's own administrators can do to it beside what its policy says. */
const OWNED: Readonly<Record<string, readonly string[]>> = {
  'AWS::S3::Bucket': [
    's3:PutBucketPolicy',
    's3:DeleteBucketPolicy',
    's3:PutEncryptionConfiguration',
    's3:GetObject',
    's3:PutObject',
  ],
  'AWS::CodeCommit::Repository': ['codecommit:GitPush', 'codecommit:PutFile', 'codecommit:DeleteRepository'],
  'AWS::CodePipeline::Pipeline': [
    'codepipeline:UpdatePipeline',
    'codepipeline:PutApprovalResult',
    'codepipeline:PutJobSuccessResult',
  ],
  'AWS::Lambda::Function': ['lambda:UpdateFunctionCode', 'lambda:InvokeFunction', 'lambda:AddPermission'],
  'AWS::StepFunctions::StateMachine': ['states:UpdateStateMachine', 'states:StartExecution'],
}

function ownersOf(world: World, resource: Resource): Trusted[] {
  const { type, account, arn, policy, rule } = resource
  const who = nameOf(world, account)
  if (rule === 'key') {
    // The key policy is the root of authority: they can do what it leaves to the account, and no more.
    const may = [...new Set(openStatements(policy?.policy.document.Statement ?? [], account).flatMap(actionsOf))]
    if (may.length === 0) return []
    const gives = may.some(each => /^(\*|kms:(\*|put\*?|putkeypolicy|creategrant))$/i.test(each))
    const why = gives
      ? `the key policy leaves it to the account: ${WHO}; who can rewrite the key policy can give himself the use of the key`
      : `the key policy leaves it to the account: ${WHO}`
    return [{ who, account, may, on: arn, why }]
  }
  const may = Object.hasOwn(OWNED, type) ? OWNED[type]! : []
  return may.length === 0 ? [] : [{ who, account, may, on: arn, why: `it is of their account: ${WHO}` }]
}

/** Statements for a whole account, without a condition on who in it. */
const openStatements = (statements: readonly Statement[], account: string): Statement[] =>
  statements.filter(
    each => each.Effect === 'Allow' && accountsOf(each).includes(account) && isWhole(each) && !isLimited(each),
  )

const isWhole = ({ Principal }: Statement): boolean =>
  Principal?.AWS?.some(name => /^\d{12}$|:root$|^\*$/.test(name)) ?? false

const isLimited = (statement: Statement): boolean => limitsOf(statement) !== undefined

const actionsOf = ({ Action, NotAction }: Statement): readonly string[] =>
  Action ?? [`everything but ${NotAction?.join(', ')}`]

/** The owners of another account can become the roles of theirs that this policy names, and go as far as these. */
function neighbours(world: World, { policy, account, arn }: Resource): Trusted[] {
  const named = (policy?.policy.document.Statement ?? []).flatMap(statement =>
    statement.Effect === 'Allow'
      ? [...(limitsOf(statement) ?? []), ...(statement.Principal?.AWS ?? [])].map(role => ({ role, statement }))
      : [],
  )
  const theirs = named.filter(({ role }) => {
    const { account: owner, resource = '' } = parseArn(role) ?? {}
    return owner !== undefined && owner !== account && /^(role|user)\//.test(resource)
  })
  return [...Map.groupBy(theirs, ({ role }) => parseArn(role)!.account).entries()].map(([owner, group]) => {
    const roles = [...new Set(group.map(({ role }) => role.split('/').at(-1)!))]
    return {
      who: nameOf(world, owner),
      account: owner,
      may: [...new Set(group.flatMap(({ statement }) => actionsOf(statement)))],
      on: arn,
      why: `they can become ${roles.join(', ')}, which its policy names, and go as far as it lets them`,
    }
  })
}

/** The people of the definition do by hand what the list says. */
function people({ list }: Needs): Trusted[] {
  const theirs = list.filter(({ access }) => access.hop === 'people' && access.principal.kind !== 'service')
  return [...Map.groupBy(theirs, ({ access }) => `${principalText(access.principal)} ${access.resource}`).values()].map(
    group => {
      const { principal, resource } = group[0]!.access
      return {
        who: principalText(principal),
        account: principal.account,
        may: group.map(({ access }) => access.action),
        on: resource,
        why: [...new Set(group.map(({ access }) => access.because))].join('; '),
      }
    },
  )
}
