import { type Policy, parseArn, type Statement } from '@tripoint/iam'
import type { Needs } from '../needs/need.ts'
import { principalOf } from '../world/request.ts'
import type { World } from '../world/world.ts'
import type { Anybody, Asker } from './asker.ts'
import { limitsOf } from './limits.ts'

/** Somebody whom no template makes, in the words of one policy that may let him in. */
export interface Stranger extends Asker {
  readonly kind: 'account' | 'outside' | 'principal' | 'anonymous'
  /** empty: has no account */
  readonly account: string
  readonly who: string
}

const ANYBODY = ['role/anybody', 'user/anybody']

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
export function strangersOf(world: World, known: ReadonlySet<string>, policy: Policy, owner: string): Stranger[] {
  // Who is named by a condition too is asked about by name.
  const statements = policy.document.Statement.filter(
    each => each.Effect === 'Allow' && !(limitsOf(each)?.every(arn => known.has(arn)) ?? false),
  )
  const named = new Set(statements.flatMap(accountsOf))
  const open = named.delete('*')
  const declared = world.accounts.map(({ id }) => id)
  const others = [...new Set([...named, ...(open ? [...declared, undeclared(world)] : [])])].filter(id => id !== owner)
  return [
    ...others.map(account => strangerIn(world, account, statements, known)),
    ...listedIn(world, known, policy, owner),
    ...[...new Set(statements.flatMap(({ Principal }) => Principal?.CanonicalUser ?? []))].map(id => byId(world, id)),
    ...[...new Set(statements.flatMap(({ Principal }) => Principal?.Federated ?? []))].map(vouchedFor),
    ...(open ? [{ kind: 'anonymous', account: '', who: ANONYMOUS, principals: ['anonymous'] } as const] : []),
  ]
}

const ANONYMOUS = 'anybody, without credentials'

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html */
const vouchedFor = (provider: string): Stranger => ({
  kind: 'outside',
  account: '',
  who: `whomever ${provider} vouches for`,
  principals: [`federated:${provider}`],
})

/** Which account an id is of, nothing here says: https://docs.aws.amazon.com/AmazonS3/latest/userguide/finding-canonical-user-id.html */
const byId = (world: World, id: string): Stranger => ({
  kind: 'outside',
  account: undeclared(world),
  who: `the account of canonical user ${id}`,
  principals: ANYBODY.map(each => `arn:aws:iam::${undeclared(world)}:${each}`),
  anybody: foreigner(world),
})

/** People of the list in other accounts: no template makes them, so what they may do there is theirs to say. */
function listedIn(world: World, known: ReadonlySet<string>, policy: Policy, owner: string): Stranger[] {
  const named = new Set(policy.document.Statement.flatMap(each => (each.Effect === 'Allow' ? accountsOf(each) : [])))
  return [...known].flatMap(arn => {
    const account = parseArn(arn)?.account ?? ''
    const isNamed = account !== owner && (named.has(account) || named.has('*'))
    return isNamed && !principalOf(world, arn) ? [{ kind: 'principal', account, who: arn, principals: [arn] }] : []
  })
}

function strangerIn(world: World, id: string, statements: readonly Statement[], known: ReadonlySet<string>): Stranger {
  const account = world.accounts.find(each => each.id === id)
  const named = statements.flatMap(namesOf).filter(arn => parseArn(arn)?.account === id && !known.has(arn))
  const anybody = ANYBODY.map(each => `arn:aws:iam::${id}:${each}`)
  return {
    kind: account ? 'account' : 'outside',
    account: id,
    who: account
      ? `anybody else in ${id} (${account.label})`
      : id === undeclared(world)
        ? 'any AWS account'
        : `account ${id}, which nobody declared`,
    principals: [...new Set([...anybody, ...named])],
    anybody: account || id !== undeclared(world) ? memberOf(id, known) : foreigner(world),
  }
}

/** Roles, users and root, and those whom GetFederationToken makes. */
const allOf = (id: string): string[] => [`arn:aws:iam::${id}:*`, `arn:aws:sts::${id}:*`]

const memberOf = (id: string, known: ReadonlySet<string>): Anybody => ({
  kind: 'anyone',
  include: allOf(id),
  exclude: [...known].filter(arn => parseArn(arn)?.account === id),
  account: id,
})

const foreigner = (world: World): Anybody => ({
  kind: 'anyone',
  include: ['arn:*'],
  exclude: world.accounts.flatMap(({ id }) => allOf(id)),
  account: undefined,
})

/** An account that is none of these. */
export function undeclared(world: World): string {
  const taken = new Set(world.accounts.map(({ id }) => id))
  for (let n = 999_999_999_999; ; n--) if (!taken.has(String(n))) return String(n)
}

/** Those whom templates make or the list names: each is asked about by name. */
export function knownIn(world: World, needs: Needs): ReadonlySet<string> {
  const listed = needs.list.flatMap(({ access: { principal } }) =>
    principal.kind === 'service' ? [] : [principal.arn],
  )
  return new Set([...world.principals.map(({ arn }) => arn), ...listed])
}

/** `*`: everybody */
export function accountsOf(statement: Statement): string[] {
  if (statement.NotPrincipal) return ['*']
  return (statement.Principal?.AWS ?? []).map(name => (/^\d{12}$/.test(name) ? name : (parseArn(name)?.account ?? '*')))
}

/** The roles and users that a statement names, as principal or in a condition; of a pattern something that it matches. */
function namesOf({ Principal, Condition }: Statement): string[] {
  const conditions = Object.entries(Condition ?? {}).flatMap(([operator, keys]) =>
    /not/i.test(operator) ? [] : Object.entries(keys).flatMap(([key, values]) => (isPrincipalArn(key) ? values : [])),
  )
  return [...(Principal?.AWS ?? []), ...conditions]
    .map(name => name.replaceAll(/[*?]/g, 'x'))
    .filter(name => /^arn:[^:]+:iam::\d{12}:(role|user)\//.test(name))
}

const isPrincipalArn = (key: string): boolean => key.toLowerCase() === 'aws:principalarn'
