import type { Principals } from '../language/document.ts'
import type { Requester } from '../language/request.ts'
import { codeTest } from '../language/wildcard.ts'
import { type Caps, Undecided } from './answer.ts'
import { partsOf } from './automaton.ts'
import { type Cell, codeCells, literalCells } from './cell.ts'
import { ANY, type Descriptions, descriptions, FIELD, inAccount, type Mentioned } from './principal-description.ts'
import { isInvented, requesterOf, sessionArn } from './requester.ts'

/** Who may be asking. */
export interface Domain {
  /** `holders`: roles, users and their federated sessions; `members`: also roots; `all`: also services, identity providers, anonymous requesters */
  readonly kinds: 'holders' | 'members' | 'all'
  /** Of those who have an account. */
  readonly inAccount?: string
  readonly notInAccount?: string
  /** Codes over the principal's text. */
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
  /** Whether service-linked roles are to be told apart: organizations' policies do not touch them. */
  readonly linked: boolean
}

const DIGIT: Cell = { only: '1234567890', many: false }
/** Of a user the account counts by itself: his federated sessions are in it, under names of their own. */
const USER = /^arn:[^:]+:iam::(\d{12}):user\//
const ROOT = /^arn:[^:]+:iam::(\d{12}):root$/
const ID = /^A[A-Z0-9]{11,}$/
const SESSION = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\/([^/]+)$/

/** As many as AWS has, and some. */
const PARTITIONS = 12

const cache = new Map<string, readonly Requester[]>()
const CACHE_LIMIT = 1_000

/** Requesters that together meet every way in which policies can name or describe a principal. */
export function requesters(mentioned: Mentioned, domain: Domain, caps: Caps): readonly Requester[] {
  const names = [...new Set(mentioned.principals.flatMap(({ AWS = [] }) => AWS))]
  const services = [...new Set(mentioned.principals.flatMap(({ Service = [] }) => Service))]
  const federated = [...new Set(mentioned.principals.flatMap(({ Federated = [] }) => Federated))]
  const canonical = [...new Set(mentioned.principals.flatMap(({ CanonicalUser = [] }) => CanonicalUser))]
  const patterns = [...(domain.include ?? []), ...(domain.exclude ?? []), ...mentioned.resources, ...names]
  if (domain.include?.some(code => code.includes(':assumed-role/'))) {
    throw new Undecided('a session is one of its role: who has the role can be asked about, and who is known')
  }
  const described = descriptions(mentioned, patterns)
  const key = JSON.stringify([names, services, federated, canonical, described, domain, caps])
  const known = cache.get(key)
  if (known) return known
  const found = [
    ...holders(names, described, domain, caps).flatMap(each => [
      each,
      ...canonical.map(id => ({ ...each, canonicalUser: id })),
    ]),
    ...others(services, federated, described, domain, caps),
  ]
  if (cache.size >= CACHE_LIMIT) cache.clear()
  cache.set(key, found)
  return found
}

function holders(names: readonly string[], described: Descriptions, domain: Domain, caps: Caps): Requester[] {
  const sessions = names.filter(name => SESSION.test(name))
  const ids = names.filter(name => ID.test(name))
  const accounts = [
    ...names.map(name => ROOT.exec(name)?.[1] ?? USER.exec(name)?.[1] ?? name),
    domain.inAccount ?? '',
    domain.notInAccount ?? '',
  ]
  const patterns = [
    ...names.filter(name => name.startsWith('arn:')).map(literalCells),
    ...[...new Set(accounts)]
      .filter(account => /^\d{12}$/.test(account))
      .map(account => inAccount(literalCells(account))),
    ...sessions.flatMap(sessionRoles),
    ...described.holders,
    ...[...(domain.include ?? []), ...(domain.exclude ?? [])].map(code => codeCells(code)),
    ...(domain.linked ? [[ANY, ...literalCells(':role/aws-service-role/'), ANY]] : []),
  ]
  const session = freeSession(sessions)
  const inPartitions = new Set(['aws', ...described.partitions])
  if (inPartitions.size > PARTITIONS) throw new Undecided(`more than ${PARTITIONS} partitions are named`)
  return [...inPartitions]
    .flatMap(partition => universes(partition, domain))
    .flatMap(universe => partsOf(patterns, caps, universe).map(part => part.sample))
    .filter(text => isIn(domain, text))
    .flatMap(text => {
      const plain = requesterOf(text, session)
      return [plain, ...inSessions(plain, sessions), ...ofUsers(plain, names)].flatMap(each => [
        each,
        ...withIds(each, ids),
      ])
    })
}

function universes(partition: string, { kinds, inAccount: account }: Domain): (readonly Cell[])[] {
  const of = (service: string, kind: string, name: readonly Cell[]) => [
    ...literalCells(`arn:${partition}:${service}::`),
    ...(account ? literalCells(account) : Array<Cell>(12).fill(DIGIT)),
    ...literalCells(`:${kind}`),
    ...name,
  ]
  const name: readonly Cell[] = [FIELD, { but: ':/', many: false }]
  const holders = [of('iam', 'role/', name), of('iam', 'user/', name), of('sts', 'federated-user/', name)]
  return kinds === 'holders' ? holders : [...holders, of('iam', 'root', [])]
}

function isIn({ include, exclude = [], notInAccount }: Domain, text: string): boolean {
  if (include && !include.some(code => codeTest(code)(text))) return false
  if (exclude.some(code => codeTest(code)(text))) return false
  return notInAccount === undefined || text.split(':')[4] !== notInAccount
}

/** A session that a policy names is one of any role of that name, whatever its path. */
function sessionRoles(arn: string): (readonly Cell[])[] {
  const [, account = '', name = ''] = SESSION.exec(arn) ?? []
  const role = [...literalCells('arn:'), FIELD, ...literalCells(`:iam::${account}:role/`)]
  return [
    [...role, ...literalCells(name)],
    [...role, ANY, ...literalCells(`/${name}`)],
  ]
}

function inSessions(requester: Requester, sessions: readonly string[]): Requester[] {
  const { roleArn } = requester
  if (!roleArn) return []
  return sessions
    .filter(arn => sessionArn(roleArn, arn.split('/').at(-1)!) === arn)
    .map(arn => requesterOf(roleArn, arn.split('/').at(-1)!))
}

/** A federated user's session could be any user's of the account. */
function ofUsers(requester: Requester, names: readonly string[]): Requester[] {
  if (requester.type !== 'federated-user') return []
  const users = names.filter(name => USER.exec(name)?.[1] === requester.account)
  return users.map(userArn => ({ ...requester, userArn }))
}

/** Him, and as whom he could turn out: ids stand in no template. */
export function readingsOf(requester: Requester, principals: readonly Principals[]): readonly Requester[] {
  const ids = principals.flatMap(({ AWS = [] }) => AWS).filter(name => ID.test(name))
  const canonical = principals.flatMap(({ CanonicalUser = [] }) => CanonicalUser)
  return [
    requester,
    ...(isInvented(requester) ? withIds(requester, ids) : []),
    ...(requester.account && !requester.canonicalUser
      ? canonical.map(id => ({ ...requester, canonicalUser: id }))
      : []),
  ]
}

function withIds(requester: Requester, ids: readonly string[]): Requester[] {
  if (requester.type === 'root') return []
  const isUser = requester.type === 'user'
  if (requester.type === 'federated-user') return ids.map(id => ({ ...requester, uniqueId: id }))
  const own = ids.filter(id => id.startsWith('AIDA') === isUser)
  return own.map(id => ({ ...requester, uniqueId: isUser ? id : `${id}:${requester.arn.split('/').at(-1)}` }))
}

function freeSession(sessions: readonly string[]): string {
  let name = 'session'
  while (sessions.some(arn => arn.endsWith(`/${name}`))) name += '-x'
  return name
}

function others(
  services: readonly string[],
  federated: readonly string[],
  described: Descriptions,
  domain: Domain,
  caps: Caps,
): Requester[] {
  if (domain.kinds !== 'all' || domain.inAccount) return []
  const codes = [...(domain.include ?? []), ...(domain.exclude ?? [])].map(code => codeCells(code))
  const patterns = [...services.map(name => literalCells(`service:${name}`)), ...described.services, ...codes]
  const universe = [...literalCells('service:'), { but: '', many: false }, ANY]
  const texts = [
    ...partsOf(patterns, caps, universe).map(part => part.sample),
    'anonymous',
    ...federated.map(name => `federated:${name}`),
  ]
  const { notInAccount: _, ...rest } = domain
  return texts.filter(text => isIn(rest, text)).map(text => requesterOf(text))
}
