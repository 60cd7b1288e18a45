import { contextOf, type RequestContext } from '../language/context.ts'
import type { AccessRequest, Requester } from '../language/request.ts'
import type { Domain } from './principal-dimension.ts'
import { isInvented } from './requester.ts'

/** Which condition keys have one value in every request, and which. */
export interface Knowledge {
  readonly context: RequestContext
  isKnown(key: string): boolean
}

export interface Given {
  /** Values of condition keys that every request has. */
  readonly context: AccessRequest['context']
  /** Keys that are absent unless `context` has them. */
  readonly fixed?: readonly string[]
  /** Who asks, or who may be asking. */
  readonly who: Requester | Domain
}

/** Condition keys that can be told from a principal's text. */
export const PRINCIPAL_KEYS: ReadonlySet<string> = new Set([
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principaltype',
  'aws:principalisawsservice',
  'aws:principalservicename',
  'aws:principalservicenameslist',
])

/** Follow from who asks as well, but not from his text alone. */
export const PERSONAL_KEYS: ReadonlySet<string> = new Set(['aws:userid', 'aws:username'])

/**
 * Condition keys that there are only for the actions of one service, and the key that they are there the same as.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account
 */
export const SCOPED_KEYS: ReadonlyMap<string, { readonly actions: string; readonly same: string }> = new Map([
  ['kms:calleraccount', { actions: 'kms:*', same: 'aws:principalaccount' }],
  ['s3:resourceaccount', { actions: 's3:*', same: 'aws:resourceaccount' }],
])

export function isDomain(who: Requester | Domain): who is Domain {
  return 'kinds' in who
}

export function followsFromWho(key: string): boolean {
  return PRINCIPAL_KEYS.has(key) || PERSONAL_KEYS.has(key) || key === 'kms:calleraccount'
}

function isTold(key: string, who: Requester): boolean {
  return PRINCIPAL_KEYS.has(key) || key === 'aws:username' || (key === 'aws:userid' && !isInvented(who))
}

const NOBODY: Requester = { type: 'anonymous', arn: '', account: '', uniqueId: '' }

export function knowledgeOf({ context, fixed = [], who }: Given): Knowledge {
  const given = new Set([...Object.keys(context), ...fixed].map(key => key.toLowerCase()))
  return {
    context: contextFor(context, isDomain(who) ? NOBODY : who),
    isKnown: key => given.has(key) || (!isDomain(who) && isTold(key, who)),
  }
}

/** What is known, and what follows from a requester. */
export function withRequester(known: RequestContext, requester: Requester): RequestContext {
  const derived = contextFor({}, requester)
  return { get: key => (PRINCIPAL_KEYS.has(key) ? derived.get(key) : known.get(key)) }
}

/** As if a key's values were those of another. */
export function renamed(context: RequestContext, key: string, same: string): RequestContext {
  return { get: name => context.get(name === key ? same : name) }
}

export function absent(context: RequestContext, key: string): RequestContext {
  return { get: name => (name === key ? undefined : context.get(name)) }
}

function contextFor(context: AccessRequest['context'], requester: Requester): RequestContext {
  return contextOf({ requester, action: '', resource: '', resourceAccount: '', context, identity: [] })
}
