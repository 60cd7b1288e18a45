import type { Conditions } from '@tripoint/pipeline'
import type { Excess, NeedVerdict, Quoted, Reach, Witness } from './report.ts'
import type { Names } from './short-name.ts'

export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

const listed = (value: string | readonly string[]): string =>
  typeof value === 'string' ? value : value.length === 1 ? String(value[0]) : `one of ${value.join(', ')}`

/** `StringEquals kms:ViaService s3.us-east-1.amazonaws.com` */
export const conditionWords = (block: Conditions): string =>
  Object.entries(block)
    .flatMap(([operator, keys]) => Object.entries(keys).map(([key, value]) => `${operator} ${key} ${listed(value)}`))
    .join(' and ')

/** So are the requests of every client of today; it is said where one is not. */
const USUAL: Readonly<Record<string, string>> = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' }

export function witnessWords({ principal, action, resource, context }: Witness, names: Names): string {
  const where = Object.entries(context)
    .filter(([key, value]) => !Object.hasOwn(USUAL, key) || USUAL[key] !== value)
    .map(([key, value]) => `${key} = ${listed(value)}`)
  const when = where.length === 0 ? '' : `, where ${where.join(' and ')}`
  return `${names.placed(principal)} does ${action} on ${names.short(resource)}${when}`
}

/** `file.json:12` */
export const lineOf = (place: { readonly file: string; readonly line: number }): string => `${place.file}:${place.line}`

export const whereOf = ({ place }: { readonly place?: { readonly file: string; readonly line: number } }): string =>
  place === undefined ? '' : lineOf(place)

/** Whose statement, in which policy. */
export const statementWords = ({ policy, index, sid, place, text }: Quoted): string =>
  text === '' && place === undefined
    ? policy
    : `${policy}, statement ${index + 1}${sid === undefined ? '' : ` (${sid})`}`

const SIDES: Readonly<Record<Quoted['side'], string>> = {
  identity: 'identity policy',
  resource: 'resource policy',
  key: 'key policy',
  trust: 'trust policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  scp: 'service control policy',
  rcp: 'resource control policy',
  grant: 'grant',
  root: 'account root',
}

export const sideWords = (side: Quoted['side']): string => SIDES[side]

/** What is seen when it is missing. */
export function absenceWords({ access: { absence, step } }: Pick<NeedVerdict, 'access'>): string {
  const error = absence.error === undefined ? '' : ` with “${absence.error}”`
  const words: Readonly<Record<typeof absence.does, string>> = {
    'stops-at': `the pipeline stops at ${absence.step ?? step}${error}`,
    'never-starts': 'the pipeline never starts',
    'times-out': `${absence.step ?? step} waits until it times out`,
    degrades: 'a log or a metric is lost',
    'only-on': `${absence.path === undefined ? step : `what is done on ${absence.path}`} fails${error}`,
  }
  return words[absence.does]
}

/** What the example of an excess is an example of. */
export const effectWords = ({ kind, harm }: Excess): string =>
  kind === 'denies-more'
    ? 'it denies'
    : harm === 'effective'
      ? 'it lets through'
      : 'it would let through, if the other side did'

export const REACH_WORDS: Readonly<Record<Reach['kind'], string>> = {
  outside: 'an account that nobody declared',
  account: 'others of a declared account',
  principal: 'not on the list',
  service: 'an AWS service, for whoever uses it',
  anonymous: 'without credentials',
}

/** Who has no ARN is described already. */
export const strangerWords = ({ who, kind }: Reach, names: Names): string =>
  /^(arn|service):/.test(who) || who === 'anonymous' ? `${names.placed(who)} (${REACH_WORDS[kind]})` : who

/** `assume-role` as a word. */
export const moveWords = (by: string): string => by.replaceAll('-', ' ')
