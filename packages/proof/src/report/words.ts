import type { Conditions } from '@tripoint/pipeline'
import type { Quoted, Witness } from './report.ts'
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
