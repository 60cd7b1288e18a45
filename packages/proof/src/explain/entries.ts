import { arnLike } from '@tripoint/iam'
import { type Access, accountOfArn, nameOfArn } from '@tripoint/pipeline'
import { entryOf } from '../template/value.ts'
import type { Facts } from './facts.ts'
import type { Mode } from './mode.ts'
import type { Pasted } from './pasted.ts'
import { says } from './phrase.ts'

export interface List {
  readonly list: readonly Access[]
  /** a definition's access list, or what templates show to be needed */
  readonly from: 'definition' | 'templates'
}

const KNOWN_AS = {
  definition: 'the access list of this line',
  templates: 'the list of what these templates show to be needed',
} as const

export interface Found {
  readonly entries: readonly Access[]
  /** what of the text is not this line's */
  readonly notes: readonly string[]
}

/** The entries of the access list that a text is about, or why there are none. */
export function entriesFor({ list, from }: List, facts: Facts, mode: Mode | undefined, text: Pasted): Found {
  const { principal, resource } = facts
  const own = principal === undefined ? list : list.filter(access => isPrincipal(access, principal))
  if (own.length === 0) return { entries: [], notes: [`${nameOf(principal!)} is nobody on ${KNOWN_AS[from]}`] }
  const actions = actionsOf(facts, mode)
  const about = own.filter(access => actions.has(access.action.toLowerCase()))
  // Where nobody is named, the words may be those that an entry's absence is known by.
  const known = principal === undefined && facts.action === undefined ? list.filter(access => isSaid(access, text)) : []
  const acting = known.length > 0 ? known : about
  if (acting.length === 0) return { entries: [], notes: notNeeded(facts, actions, from) }
  const on = resource === undefined ? acting : acting.filter(access => isResource(access, resource, mode))
  if (on.length > 0) return { entries: on, notes: [] }
  return {
    entries: [],
    notes: [
      `the line does not need ${[...new Set(acting.map(access => access.action))].join(', ')} on ${resource}, but on ${[...new Set(acting.map(access => access.resource))].slice(0, 3).join(', ')}`,
    ],
  }
}

/** Calls whose permission has another name: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
const OPERATIONS: Readonly<Record<string, string>> = {
  CreateMultipartUpload: 's3:PutObject',
  UploadPart: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
  HeadObject: 's3:GetObject',
  HeadBucket: 's3:ListBucket',
  ListObjects: 's3:ListBucket',
  ListObjectsV2: 's3:ListBucket',
  Invoke: 'lambda:InvokeFunction',
}

const S3 = new Set(['PutObject', 'GetObject', 'ListBucket', 'DeleteObject'])

function actionsOf({ action, operation }: Facts, mode: Mode | undefined): ReadonlySet<string> {
  const called =
    operation === undefined
      ? undefined
      : (entryOf(OPERATIONS, operation) ?? (S3.has(operation) ? `s3:${operation}` : undefined))
  const one = action ?? called
  // A refused upload or download of an object under a key may be the key's.
  const keys =
    action === undefined && called !== undefined ? (mode?.actions ?? []).filter(name => name.startsWith('kms:')) : []
  const names = one === undefined ? (mode?.actions ?? []) : [one, ...keys]
  return new Set(names.map(name => name.toLowerCase()))
}

function notNeeded({ action, principal }: Facts, actions: ReadonlySet<string>, from: List['from']): string[] {
  if (actions.size === 0) return []
  const who = principal === undefined ? 'nobody of this line' : nameOf(principal)
  return [
    `${who} needs no ${action ?? [...actions].join(', ')}: it is not on ${KNOWN_AS[from]}, so the line has been changed, or something else calls it`,
  ]
}

const isSaid = ({ absence }: Access, { tight }: Pasted): boolean =>
  absence.error !== undefined && absence.error.length > 8 && says(tight, absence.error)

const SESSION = /^arn:aws[\w-]{0,12}:sts::([^:]{0,64}):assumed-role\/([^/]{1,128})/

/** A session is its role's; a session's ARN leaves the role's path out. */
function isPrincipal({ principal }: Access, text: string): boolean {
  if (principal.kind === 'service') return principal.name === text
  const session = SESSION.exec(text)
  const [account, name] = session ? [session[1]!, session[2]!] : [accountOfArn(text), nameOfArn(text)]
  return nameOfArn(principal.arn) === name && (account === principal.account || !/^\d{12}$/.test(account))
}

const nameOf = (principal: string): string => SESSION.exec(principal)?.[2] ?? nameOfArn(principal)

const isKey = (arn: string): boolean => /^arn:aws:kms:[^:]*:[^:]*:key\//.test(arn)

/** Of a bucket, its objects are meant too where the text says no more. */
function isResource({ resource, action }: Access, text: string, mode: Mode | undefined): boolean {
  if (resource === '*' || text === '*' || resource === text || arnLike(resource, text)) return true
  // KMS makes a key's id when the stack is deployed: of the line's account it is the line's.
  if (isKey(resource) && isKey(text)) return resource.split(':', 5).join(':') === text.split(':', 5).join(':')
  if (/^(role|user|policy) /.test(text)) return nameOfArn(resource) === text.slice(text.indexOf(' ') + 1)
  const bucket = /^arn:aws:s3:::[^/]+$/.test(text)
  if (bucket && (resource.startsWith(`${text}/`) || resource === text)) return true
  return action.startsWith('kms:') && text.startsWith('arn:aws:s3:::') && (mode?.actions ?? []).includes(action)
}
