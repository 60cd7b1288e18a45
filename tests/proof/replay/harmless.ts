import { wildcard } from '@tripoint/iam'
import type { LockedLine } from '../../journeys/lock/locked-line.ts'
import { type Json, valueAt } from '../documents.ts'
import type { Mutation } from '../mutations.ts'
import type { Claim } from '../outcome.ts'
import type { Proof } from '../random-request.ts'
import { RECIPES } from './recipes.ts'

const list = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String)

/** AWS asks about nothing but an action's own resources: `sts:AssumeRole` of a bucket is nobody's request. */
const SERVICES: Readonly<Record<string, string>> = { sts: 'iam' }
export const isReal = ({ witness: { action, resource } }: Claim): boolean => {
  const [service = ''] = action.split(':')
  return Object.hasOwn(RECIPES, action) && resource.split(':')[2] === (SERVICES[service] ?? service)
}

/**
 * What a change that `check` calls harmless might yet have let through: what the changed statement now says, at each thing of the
 * line that has a policy of its own, by whom it is for; and by a stranger. As the needs have it, and not the policies.
 */
export function attempts(it: LockedLine, mutation: Mutation, proof: Proof): Claim[] {
  const { document, statement: index, changed } = mutation
  const { Statement } = valueAt(changed, document.path) as { Statement: readonly Json[] }
  const statement = Statement[index]
  if (statement === undefined) return []
  const said = list(statement.Action).map(action => wildcard(action.toLowerCase()))
  const actions = Object.keys(RECIPES).filter(
    action => RECIPES[action]?.destroys !== true && said.some(matches => matches(action.toLowerCase())),
  )
  const own = new Set(thingsOf(it, document.of, document.side))
  return subjects(it, mutation).flatMap(principal =>
    actions.flatMap(action =>
      (document.side === 'identity' ? things(it) : [...own]).flatMap((resource): Claim[] => {
        const witness = { principal, action, resource, context: TODAY }
        const claim: Claim = { witness, allowed: proof.expected(witness), because: 'an attempt' }
        return isReal(claim) && isKindOf(action, resource) ? [claim] : []
      }),
    ),
  )
}

const TODAY = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' }

const keyOf = ({ names }: LockedLine) => `arn:aws:kms:${names.region}:${names.account}:key/churn-base-Key`
const inBucket = ({ names }: LockedLine) => [
  names.bucketArn,
  ...['data/x', 'models/churn-train-x', 'churn/x', 'x'].map(key => `${names.bucketArn}/${key}`),
]
const roles = ({ field }: LockedLine) =>
  field.actors.filter(({ label }) => label.endsWith('-role')).map(({ arn }) => arn)
const things = (it: LockedLine) => [keyOf(it), ...inBucket(it), ...roles(it)]

function thingsOf(it: LockedLine, id: string, side: Mutation['document']['side']): string[] {
  if (side === 'key') return [keyOf(it)]
  return side === 'resource' ? inBucket(it) : roles(it).filter(arn => arn.includes(`-${kebab(id)}-us-`))
}

/** Objects' actions of objects, the bucket's of the bucket. */
const isKindOf = (action: string, resource: string): boolean =>
  !action.startsWith('s3:') || /Object|Multipart/.test(action) === resource.includes('/')

function subjects(it: LockedLine, { document, changed }: Mutation): string[] {
  if (document.side !== 'identity') return [`arn:aws:iam::${it.nobody}:role/people-administrator`, ...roles(it)]
  const properties = valueAt(changed, ['Resources', document.of, 'Properties']) as Json
  const name = String(properties.RoleName ?? '')
  const users = (properties.Users ?? []) as readonly string[]
  return [
    ...it.field.actors.filter(actor => actor.name === name).map(({ arn }) => arn),
    ...Object.values(it.people).flatMap(({ arn }) => (users.some(user => arn.endsWith(`/${user}`)) ? [arn] : [])),
  ]
}

/** `TrainStackActionRole` is `train-stack-action` in the name of its role. */
const kebab = (id: string) =>
  id
    .replace(/Role$/, '')
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
