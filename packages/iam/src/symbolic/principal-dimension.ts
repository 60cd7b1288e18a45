import type { RequestContext } from '../language/context.ts'
import type { Principals } from '../language/document.ts'
import type { Requester } from '../language/request.ts'
import { codeTest } from '../language/wildcard.ts'
import { type Caps, Undecided } from './answer.ts'
import { partsOf } from './automaton.ts'
import { type Cell, codeCells, literalCells } from './cell.ts'
import type { Clause } from './clause.ts'
import { comparisonsOf } from './key-dimension.ts'
import { requesterOf, sessionArn } from './requester.ts'
import { comparisonCells } from './value-samples.ts'

/** Who may be asking. */
export interface Domain {
  /** `holders`: roles and users; `all`: also roots, services, identity providers, anonymous requesters */
  readonly kinds: 'holders' | 'all'
  /** Of those who have an account. */
  readonly inAccount?: string
  readonly notInAccount?: string
  /** Codes over the principal's text. */
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
  /** Whether service-linked roles are to be told apart: organizations' policies do not touch them. */
  readonly linked: boolean
}

export interface Mentioned {
  readonly principals: readonly Principals[]
  /** about keys that follow from the principal */
  readonly clauses: readonly Clause[]
  readonly known: RequestContext
}

const ANY: Cell = { but: '', many: true }
const FIELD: Cell = { but: ':', many: true }
const DIGIT: Cell = { only: '1234567890', many: false }
/** Of a user the account counts by itself: his federated sessions are in it, under names of their own. */
const USER = /^arn:[^:]+:iam::(\d{12}):user\//
const ROOT = /^arn:[^:]+:iam::(\d{12}):root$/
const ID = /^A[A-Z0-9]{11,}$/
const SESSION = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\/([^/]+)$/

const cache = new Map<string, readonly Requester[]>()
const CACHE_LIMIT = 1_000

/** Requesters that together meet every way in which policies can name or describe a principal. */
export function requesters(mentioned: Mentioned, domain: Domain, caps: Caps): readonly Requester[] {
  const names = [...new Set(mentioned.principals.flatMap(({ AWS = [] }) => AWS))]
  const services = [...new Set(mentioned.principals.flatMap(({ Service = [] }) => Service))]
  const federated = [...new Set(mentioned.principals.flatMap(({ Federated = [] }) => Federated))]
  const canonical = [...new Set(mentioned.principals.flatMap(({ CanonicalUser = [] }) => CanonicalUser))]
  const described = descriptions(mentioned)
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

/** What conditions say of principals, as patterns over their texts. */
interface Descriptions {
  readonly holders: readonly (readonly Cell[])[]
  readonly services: readonly (readonly Cell[])[]
  readonly partitions: readonly string[]
}

function descriptions({ clauses, known }: Mentioned): Descriptions {
  const of = (...keys: readonly string[]) =>
    clauses
      .filter(clause => keys.includes(clause.key))
      .flatMap(clause => {
        const comparisons = comparisonsOf(clause, known)
        if (comparisons.some(({ family }) => ['number', 'moment', 'address', 'binary'].includes(family))) {
          throw new Undecided(`${clause.key} is compared by ${clause.operator}`)
        }
        return comparisons
      })
  const arns = of('aws:principalarn')
  const accounts = of('aws:principalaccount', 'kms:calleraccount').map(comparisonCells)
  const services = of('aws:principalservicename', 'aws:principalservicenameslist').map(comparisonCells)
  return {
    holders: [
      ...arns.map(comparisonCells).filter(cells => cells !== undefined),
      ...accounts.filter(cells => cells !== undefined).map(cells => inAccount(cells)),
    ],
    services: services.filter(cells => cells !== undefined).map(cells => [...literalCells('service:'), ...cells]),
    partitions: arns.map(({ value }) => value.split(':')[1] ?? '').filter(part => /^[a-z0-9-]+$/.test(part)),
  }
}

function inAccount(account: readonly Cell[]): readonly Cell[] {
  const own = account.map(cell => (cell.only === undefined ? { ...cell, but: ':' } : cell))
  const before = [FIELD, ...literalCells(':')]
  return [...literalCells('arn:'), ...before, ...before, ...before, ...own, ...literalCells(':'), ANY]
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
  const partitions = names.map(name => name.split(':')[1] ?? '').filter(part => part !== '')
  const session = freeSession(sessions)
  return [...new Set(['aws', ...described.partitions, ...partitions])]
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
  const named = [of('iam', 'role/', name), of('iam', 'user/', name)]
  return kinds === 'all' ? [...named, of('iam', 'root', []), of('sts', 'federated-user/', name)] : named
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
