import { readFileSync } from 'node:fs'
import { wildcard } from '@tripoint/iam'
import { nearest } from '../source/nearest.ts'

/** AWS's Service Authorization Reference as `build/actions.ts` wrote it down: https://docs.aws.amazon.com/service-authorization/latest/reference/ */
interface Written {
  /** resource type → ARN; `*` stands for a variable, `~` for one without a slash */
  readonly r: Readonly<Record<string, string>>
  /** `GetObject=R0,3`: its access level, and its resource types by their places in `r` */
  readonly a: string
  readonly k: string
}

export type AccessLevel = 'List' | 'Read' | 'Write' | 'Permissions management' | 'Tagging'

export interface ResourceType {
  readonly name: string
  /** `arn:*:s3:::~/*`: `~` is a name without a slash */
  readonly arn: string
}

interface Action {
  /** `s3:GetObject` */
  readonly name: string
  readonly level: AccessLevel
  readonly types: readonly ResourceType[]
}

interface Service {
  /** by its name in lower case, without the service */
  readonly actions: ReadonlyMap<string, Action>
  readonly types: readonly ResourceType[]
  readonly keys: readonly string[]
}

const LEVELS: Readonly<Record<string, AccessLevel>> = {
  L: 'List',
  R: 'Read',
  W: 'Write',
  P: 'Permissions management',
  T: 'Tagging',
}

const file = new URL('../generated/actions.json', import.meta.url)
let written: Readonly<Record<string, Written>> | undefined
const services = new Map<string, Service | undefined>()

const all = (): Readonly<Record<string, Written>> => {
  written ??= JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, Written>>
  return written
}

function service(prefix: string): Service | undefined {
  const name = prefix.toLowerCase()
  if (!services.has(name)) services.set(name, Object.hasOwn(all(), name) ? read(name, all()[name]!) : undefined)
  return services.get(name)
}

function read(name: string, { r, a, k }: Written): Service {
  const types = Object.entries(r).map(([type, arn]) => ({ name: type, arn }))
  const actions = a.split(' ').map((text): [string, Action] => {
    const [action = '', rest = ''] = text.split('=')
    const of = rest
      .slice(1)
      .split(',')
      .filter(Boolean)
      .map(index => types[Number.parseInt(index, 36)]!)
    return [action.toLowerCase(), { name: `${name}:${action}`, level: LEVELS[rest[0]!] ?? 'Write', types: of }]
  })
  return { actions: new Map(a === '' ? [] : actions), types, keys: k.split(' ').filter(Boolean) }
}

function actionOf(name: string): Action | undefined {
  const colon = name.indexOf(':')
  return service(name.slice(0, colon))?.actions.get(name.slice(colon + 1).toLowerCase())
}

export const isService = (prefix: string): boolean => service(prefix) !== undefined

export const isAction = (name: string): boolean => actionOf(name) !== undefined

const matched = new Map<string, readonly string[]>()

/** The actions that an entry of a policy means, as AWS spells them: `kms:ReEncrypt*`, `s3:*`, `*`. */
export function actionsMatching(pattern: string): readonly string[] {
  const known = matched.get(pattern)
  if (known) return known
  const found = match(pattern)
  matched.set(pattern, found)
  return found
}

function match(pattern: string): readonly string[] {
  const colon = pattern.indexOf(':')
  if (colon < 0) {
    return pattern === '*'
      ? Object.keys(all()).flatMap(prefix => [...service(prefix)!.actions.values()].map(({ name }) => name))
      : []
  }
  const [prefix, rest] = [pattern.slice(0, colon).toLowerCase(), pattern.slice(colon + 1).toLowerCase()]
  const prefixes = /[*?]/.test(prefix) ? Object.keys(all()).filter(name => wildcard(prefix)(name)) : [prefix]
  return prefixes.flatMap(each => {
    const { actions } = service(each) ?? NONE
    if (!/[*?]/.test(rest)) return actions.has(rest) ? [actions.get(rest)!.name] : []
    return [...actions].filter(([name]) => wildcard(rest)(name)).map(([, { name }]) => name)
  })
}

const NONE: Service = { actions: new Map(), types: [], keys: [] }

/** What was probably meant: `kms:ReEncrypt` → `kms:ReEncryptFrom`, `kms:ReEncryptTo`, `kms:ReEncrypt*`. */
export function nearestAction(name: string): readonly string[] {
  const colon = name.indexOf(':')
  const [prefix, wrong] = [name.slice(0, colon).toLowerCase(), name.slice(colon + 1)]
  const known = service(prefix)
  if (!known) {
    const near = nearest(prefix, Object.keys(all()))
    return near === undefined ? [] : actionsMatching(`${near}:${wrong}`)
  }
  const plain = wrong.replace(/[*?]/g, '').toLowerCase()
  const names = [...known.actions.values()].map(action => action.name.slice(prefix.length + 1))
  const longer = plain.length < 4 ? [] : names.filter(each => each.toLowerCase().startsWith(plain))
  if (longer.length > 1 && longer.length <= 4)
    return [...longer.map(each => `${prefix}:${each}`), `${prefix}:${wrong}*`]
  const near = nearest(plain, names)
  if (near !== undefined) return [`${prefix}:${near}`]
  return longer.slice(0, 3).map(each => `${prefix}:${each}`)
}

/** The types of resource that the action can be allowed on, one by one; none: only on `*`. */
export const resourceTypesOf = (action: string): readonly ResourceType[] => actionOf(action)?.types ?? []

/** No resource can be named for it, so `Resource` has to be `*`. False for an action that is not known. */
export const needsStar = (action: string): boolean => actionOf(action)?.types.length === 0

export const accessLevel = (action: string): AccessLevel | undefined => actionOf(action)?.level

/** Is it a key of its service, or of all? Keys that hold a name of the user's end in `*`. */
export function isConditionKey(key: string): boolean {
  const colon = key.indexOf(':')
  const known = service(key.slice(0, colon))
  const name = key.slice(colon + 1).toLowerCase()
  return known?.keys.some(each => wildcard(each.toLowerCase())(name)) ?? false
}

export function nearestConditionKey(key: string): string | undefined {
  const colon = key.indexOf(':')
  const prefix = key.slice(0, colon).toLowerCase()
  const near = nearest(key.slice(colon + 1), service(prefix)?.keys ?? [])
  return near === undefined ? undefined : `${prefix}:${near}`
}
