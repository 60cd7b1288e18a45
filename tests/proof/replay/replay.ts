import * as codecommit from '@aws-sdk/client-codecommit'
import * as iam from '@aws-sdk/client-iam'
import { wildcard } from '@tripoint/iam'
import { type Send, sendAs } from '../../journeys/escalation/account.ts'
import type { Holder, LockedLine } from '../../journeys/lock/locked-line.ts'
import { outcome } from '../../journeys/lock/reach.ts'
import type { Claim } from '../outcome.ts'
import { type Recipe, type Things, text, type Witness } from './call.ts'
import { decidedBy } from './deployed-verdict.ts'
import { openBucket } from './open-bucket.ts'
import { RECIPES } from './recipes.ts'

/** Whether the deployed line lets a request through, and how that was found out. */
export interface Answer {
  readonly allowed: boolean
  readonly by: 'sent' | 'decided'
  /** of one that was not sent: why */
  readonly why?: string
  /** of one that was sent: what the client was told */
  readonly told?: string
}

export interface Replay {
  /** `allowed`: what is expected; a call that destroys is only sent where it must be refused. */
  ask(claim: Claim, allowed: boolean): Promise<Answer>
  isSendable(claim: Claim): boolean
}

export async function replayOn(it: LockedLine): Promise<Replay> {
  const things = await thingsOf(it)
  const senders = new Map<string, Send>()
  const send = (holder: Holder, secure: boolean): Send => {
    if (secure) return holder.send
    const known = senders.get(holder.arn) ?? sendAs(inPlain(holder.connection))
    senders.set(holder.arn, known)
    return known
  }
  const one = async (claim: Claim, allowed: boolean): Promise<Answer> => {
    const witness = asDeployed(it, claim.witness)
    const why = unsent(witness, it, allowed)
    if (why !== undefined) return { allowed: await decidedBy(it, witness), by: 'decided', why }
    const holder = holderOf(it, witness) as Holder
    const call = (RECIPES[witness.action] as Recipe).call(witness, things)
    if (call === undefined)
      return { allowed: await decidedBy(it, witness), by: 'decided', why: `no call makes this ${witness.action}` }
    const { service, command } = call
    const since = it.line.audit().at(-1)?.number ?? 0
    const told = await outcome(send(holder, text(witness, 'aws:SecureTransport') !== 'false')(service, command))
    const verdict = verdictOn(it, holder, witness, since)
    return verdict === undefined
      ? { allowed: await decidedBy(it, witness), by: 'decided', why: `${witness.action} is not asked about that`, told }
      : { allowed: verdict, by: 'sent', told }
  }
  return {
    isSendable: ({ witness, allowed }) => unsent(asDeployed(it, witness), it, allowed) === undefined,
    ask: (claim, allowed) =>
      claim.assumes === true ? withEveryRight(it, claim.witness, () => one(claim, allowed)) : one(claim, allowed),
  }
}

/** The people's own policies are theirs and their administrator's: nothing says that they have no other. */
async function withEveryRight<Result>(
  it: LockedLine,
  { principal }: Witness,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!Object.values(it.people).some(({ arn }) => arn === principal)) return work()
  const policy = { UserName: principal.split('/').at(-1), PolicyName: 'every-right' }
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  })
  const { shared } = it.field.owner
  await shared('iam', new iam.PutUserPolicyCommand({ ...policy, PolicyDocument }))
  try {
    return await work()
  } finally {
    await shared('iam', new iam.DeleteUserPolicyCommand(policy))
  }
}

async function thingsOf(it: LockedLine): Promise<Things> {
  const { objects } = it.field.scene(it.field.actor('pipeline-role'))
  const { branch } = await it.field.owner.shared<codecommit.GetBranchCommandOutput>(
    'codecommit',
    new codecommit.GetBranchCommand({ repositoryName: it.line.definition.source.repository, branchName: 'main' }),
  )
  const { keyArn, ciphertext } = it
  return { keyArn, ciphertext, objects, commit: branch?.commitId ?? '', open: await openBucket(it) }
}

/** What the twin's audit says of the witness's action and resource: a second permission, or no such object, blurs nothing. */
function verdictOn(it: LockedLine, { arn }: Holder, { action, resource }: Witness, since: number): boolean | undefined {
  const pattern = resource.replace(/([:/])x$/, '$1*')
  const matches = wildcard(pattern)
  return it.line
    .audit(since)
    .filter(({ principal, role }) => principal === arn || role === arn)
    .flatMap(({ verdicts }) => verdicts)
    .find(each => each.action === action && (each.resource === resource || matches(each.resource)))?.allowed
}

const inPlain = ({ authority: _, ...connection }: Holder['connection']): Holder['connection'] => ({
  ...connection,
  endpoint: (connection.endpoint ?? '').replace('https:', 'http:'),
})

/** The world's name of the key, which no template knows, is the key's. */
const asDeployed = ({ keyArn }: LockedLine, witness: Witness): Witness =>
  JSON.parse(JSON.stringify(witness).replaceAll(/arn:aws:kms:us-east-1:111111111111:key\/churn-base-Key/g, keyArn))

/** Somebody's session; of one whom no template makes, that of the account's own all-powerful role, user or root. */
function holderOf(it: LockedLine, { principal }: Witness): Holder | undefined {
  const known = [...it.field.actors.map(actor => ({ ...actor, who: actor.label })), ...Object.values(it.people)]
  const found = known.find(({ arn }) => arn === principal)
  const [, , , , account, name = ''] = principal.split(':')
  if (found !== undefined) return found
  const kind = name === 'root' ? ':root' : `:${name.split('/', 1)[0]}/`
  // One account that has nothing to do with the line is as good as another.
  const where = it.strangers.some(each => each.account === account) ? account : it.nobody
  return it.strangers.find(each => each.account === where && each.arn.includes(kind))
}

const USUAL = new Set(['aws:securetransport', 's3:tlsversion'])

/** Why a request cannot be made, or is not. */
function unsent(witness: Witness, it: LockedLine, allowed: boolean): string | undefined {
  const { principal, action, resource, context } = witness
  const recipe = RECIPES[action]
  if (principal.startsWith('service:')) return 'a service makes it, not a client'
  if (holderOf(it, witness) === undefined) return `nobody holds credentials of ${principal}`
  if (recipe === undefined) return `no operation of the twin asks for ${action}`
  if (/:accesspoint\/|:dataset\//.test(resource)) return 'the twin has no access points and no data sets'
  const known = new Set([...USUAL, ...(recipe.keys ?? []).map(key => key.toLowerCase())])
  const other = Object.keys(context).find(key => !known.has(key.toLowerCase()))
  if (other !== undefined) return `no client sets ${other}`
  const version = text(witness, 's3:TlsVersion')
  if (version !== undefined && version !== '1.3' && text(witness, 'aws:SecureTransport') !== 'false')
    return 'nobody speaks such a TLS with the twin'
  const via = text(witness, 'kms:ViaService')
  if (via !== undefined && via !== 's3.us-east-1.amazonaws.com') return 'no service of that name uses keys'
  if (via !== undefined && recipe.keys === undefined) return `S3 does not ask for ${action}`
  return allowed && recipe.destroys ? 'let through, it would take away what is needed afterwards' : undefined
}
