import { parseArn } from '@tripoint/iam'
import { principalOf } from '../world/request.ts'
import type { World } from '../world/world.ts'
import { type Callable, found, type Named, theOne } from './named.ts'

const ANYONE = new Set(['anyone', 'anonymous', 'everyone', '*'])
const SESSION = /^arn:(aws[\w-]*):sts::(\d{12}):assumed-role\/([^/]+)(?:\/.*)?$/

/** Who is meant by an ARN, a name, a logical id, a service, an account, or `anyone`: as `requestIn` calls them. */
export function principalNamed(world: World, word: string): Named {
  if (ANYONE.has(word)) return found('anonymous')
  if (/^(service:)?[\w.-]+\.amazonaws\.com$/.test(word)) return found(`service:${word.replace(/^service:/, '')}`)
  if (/^\d{12}$/.test(word)) return rootOf(world, word)
  const session = SESSION.exec(word)
  if (session) return roleOf(world, session)
  const arn = parseArn(word)
  if (arn) return /^(role|user)\/.|^root$/.test(arn.resource) ? byArn(world, word, arn.account) : noPrincipal(word)
  const account = world.accounts.find(({ label }) => label === word)
  if (account) return rootOf(world, account.id)
  return byName(world, word)
}

const rootOf = (world: World, account: string): Named =>
  found(`arn:aws:iam::${account}:root`, ...undeclared(world, account))

/** A role may have a path that its session's name leaves out. */
function roleOf(world: World, [, partition, account, name]: RegExpExecArray): Named {
  const role = world.principals.find(each => each.kind === 'role' && each.account === account && each.name === name)
  return byArn(world, role?.arn ?? `arn:${partition}:iam::${account}:role/${name}`, account!)
}

function byArn(world: World, arn: string, account: string): Named {
  if (principalOf(world, arn) !== undefined || arn.endsWith(':root')) return found(arn, ...undeclared(world, account))
  return found(
    arn,
    `no template shows what ${arn} may do: it is taken as an administrator of account ${account}, whose own policies allow everything`,
    ...undeclared(world, account),
  )
}

const undeclared = (world: World, account: string): string[] =>
  world.accounts.some(({ id }) => id === account) ? [] : [`account ${account} is none of these templates' accounts`]

const noPrincipal = (word: string): Named => ({
  problem: `${word} is no principal`,
  cure: 'name a role, a user, a service such as lambda.amazonaws.com, an account id for its root, or anyone',
})

const byName = (world: World, word: string): Named =>
  theOne(word, callable(world), {
    kind: 'role or user',
    cure: 'name it as its template does, or give its ARN; also: a service such as lambda.amazonaws.com, an account id for its root, anyone',
  })

function callable(world: World): Callable[] {
  const ids = new Map(world.resources.map(({ arn, logicalId }) => [arn, logicalId]))
  return world.principals.map(({ arn, kind, name }) => ({
    arn,
    names: [name, ids.get(arn) ?? name, `${kind}/${name}`],
  }))
}
