import { each } from './account.ts'
import type { Actor } from './actor.ts'
import { dataPaths } from './data-paths.ts'
import { decidedPaths } from './decided-paths.ts'
import { deliveryPaths } from './delivery-paths.ts'
import { allows } from './deployed.ts'
import { eventPaths } from './event-paths.ts'
import { functionPaths } from './function-paths.ts'
import { GRANTS } from './granted.ts'
import { iamPaths } from './iam-paths.ts'
import { modelPaths } from './model-paths.ts'
import type { Attempt, Path, Scene, Sent } from './path.ts'
import { stackPaths } from './stack-paths.ts'

export const PATHS: readonly Path[] = [
  ...iamPaths,
  ...functionPaths,
  ...stackPaths,
  ...modelPaths,
  ...dataPaths,
  ...deliveryPaths,
  ...eventPaths,
  ...decidedPaths,
]

export interface Tally {
  /** Refused by AWS's code, over the wire. */
  sent: number
  /** Of those, the ones at what AWS hides: no policy is asked, because none could allow it. */
  hidden: number
  /** Refused by the deployed policies, where the twin has no such operation. */
  decided: number
  /** Not tried, because it is granted: `who action target`. */
  readonly granted: string[]
  /** What was not refused, or not in AWS's way. */
  readonly surprises: string[]
}

const REFUSED = /^AccessDenied(Exception)?$/

/** Operations that KMS has for keys of one's own account alone say of another account's key that it is not there. */
const isHidden = ({ actor, names }: Scene, { service, target }: Sent, outcome: string) =>
  service === 'kms' && target === 'the key' && actor.account !== names.account && outcome === 'NotFoundException'

/** The name of what answered: AWS's code, or `ok`. */
async function outcomeOf({ send }: Actor, attempt: Sent): Promise<string> {
  try {
    await send(attempt.service, attempt.command)
    return 'ok'
  } catch (error) {
    return (error as Error).name
  }
}

/** Every path at each of its targets, as one role. */
export async function tryAll(scene: Scene): Promise<Tally> {
  const tally: Tally = { sent: 0, hidden: 0, decided: 0, granted: [], surprises: [] }
  const all = PATHS.flatMap(path => path.attempts(scene).map(attempt => ({ path, attempt })))
  await each(all, async ({ path, attempt }) => {
    const { actor } = scene
    const grants = grantsOf(actor, path, attempt)
    const surprise = (what: string) =>
      tally.surprises.push(`${path.name} (${path.actions}) at ${attempt.target}: ${what}`)
    if ('asks' in attempt) {
      if (attempt.asks.every(ask => allows(actor, ask))) surprise('allowed by the deployed policies')
      else tally.decided++
      return
    }
    const refusal = grants?.find(({ refused }) => refused !== undefined)?.refused
    if (grants !== undefined && refusal === undefined) {
      tally.granted.push(...grants.map(({ who, action }) => grantedAt(who, action, attempt.target)))
      return
    }
    const outcome = await outcomeOf(actor, attempt)
    const hidden = isHidden(scene, attempt, outcome) || outcome === refusal
    if (hidden) tally.hidden++
    if (hidden || (refusal === undefined && REFUSED.test(outcome))) tally.sent++
    else surprise(outcome)
  })
  return tally
}

export const grantedAt = (who: string, action: string, target: string): string => `${who} ${action} at ${target}`

/** What grants the whole of an attempt; the role that is passed is part of its target. */
const grantsOf = ({ label }: Actor, { actions }: Path, { target }: Attempt) => {
  const own = GRANTS.filter(({ who, on }) => who === label && on.includes(target))
  const asked = actions.filter(action => action !== 'iam:PassRole')
  return asked.every(action => own.some(grant => grant.action === action))
    ? own.filter(({ action }) => asked.includes(action))
    : undefined
}

/** Whether one attempt of the table goes through. */
export async function succeeds(scene: Scene, { path, target }: { path: string; target: string }): Promise<boolean> {
  const attempt = PATHS.find(({ name }) => name === path)
    ?.attempts(scene)
    .find(attempt => attempt.target === target)
  if (attempt === undefined) throw new Error(`no such attempt: ${path} at ${target}`)
  return 'asks' in attempt
    ? attempt.asks.every(ask => allows(scene.actor, ask))
    : (await outcomeOf(scene.actor, attempt)) === 'ok'
}
