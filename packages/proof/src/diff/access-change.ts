import { parseArn } from '@tripoint/iam'
import { quote } from '../proof/quoted.ts'
import type { Quoted } from '../report/report.ts'
import type { Asked } from '../world/request.ts'
import type { World } from '../world/world.ts'
import { type Cell, cellsOf, isOther, STRANGER } from './cell.ts'
import { type Change, comesAbout, SIDE_WORDS } from './change.ts'
import type { ChangedEntry } from './changed-entries.ts'
import { conditionWords } from './condition-words.ts'
import { type Effect, effectOf } from './effect.ts'
import { actionText } from './entry.ts'
import { highest, LEVELS, type Level, levelOf } from './verbs.ts'

/** One who may do one thing more, or less, to one thing. */
export interface Item {
  readonly does: Change['does']
  readonly weight: Change['weight']
  readonly level: Level
  readonly principal: string
  /** the account under which it is listed: the principal's, or the policy's where that is a service or nobody known */
  readonly account: string
  readonly action: string
  readonly target: string
  /** under which conditions it is allowed in the world that has it, and in the other */
  readonly here: string
  readonly there: string
  readonly held: string
  readonly statements: readonly Quoted[]
  readonly witness?: Asked
  readonly undecided?: string
}

const WEIGHTS: Readonly<Record<Effect['kind'], Change['weight']>> = {
  gained: 'effective',
  wider: 'condition',
  held: 'latent',
  known: 'repeated',
}

export const WEIGHT_ORDER: readonly Change['weight'][] = ['effective', 'condition', 'latent', 'repeated']

export interface Between {
  readonly does: Change['does']
  /** the world that has the entry, and the other */
  readonly here: World
  readonly there: World
}

/** What an entry of an Allow does for each whom it is about. */
export function itemsOf(changed: ChangedEntry, { does, here, there }: Between): Item[] {
  const { entry, undecided } = changed
  const cells = cellsOf(entry, [here, there])
  const pattern = entry.action === undefined || /[*?]/.test(entry.action)
  const shared = {
    does,
    statements: [quote(entry.written, entry.index)],
    ...(undecided === undefined ? {} : { undecided }),
  }
  if (cells.length === 0) return [{ ...shared, ...untried(changed) }]
  const byOne = Map.groupBy(cells, ({ principal, action, target }) =>
    (pattern ? [principal, ownerOf(target)] : [principal, target, action]).join(' '),
  )
  const items = [...byOne.values()].map((own): Item => {
    const effects = own.map(cell => ({ cell, effect: effectOf(changed, cell, here, there) }))
    const { cell, effect } = effects.toSorted((a, b) => rankOf(a) - rankOf(b))[0]!
    const same = effects.filter(each => each.effect.kind === effect.kind).map(each => levelOf(each.cell.action))
    return {
      ...shared,
      weight: WEIGHTS[effect.kind],
      level: highest(same),
      principal: cell.principal,
      account: accountOf(cell.principal, entry.written.account),
      action: pattern ? actionText(entry) : cell.action,
      target: pattern ? ownerOf(cell.target) : cell.target,
      here: effect.here,
      there: effect.there,
      held: heldText(effect.sides),
      witness: effect.witness,
      ...(effect.undecided === undefined ? {} : { undecided: effect.undecided }),
    }
  })
  return broadest(items).filter(item => !changed.same || comesAbout(item))
}

const accountOf = (principal: string, owner: string): string => {
  const account = parseArn(principal)?.account ?? ''
  return account === '' || account === STRANGER ? owner : account
}

/** Whom it is for everybody, it is for each: the widest circle stands for all that are in it. */
function broadest(items: readonly Item[]): Item[] {
  const wide = [
    (item: Item) => item.principal === 'anonymous',
    (item: Item) => isOther(item.principal) && item.principal.includes(STRANGER),
    (item: Item) => isOther(item.principal),
  ]
  for (const isWide of wide) {
    const own = items.filter(item => isWide(item) && item.weight !== 'latent')
    if (own.length > 0) return own
  }
  return items.filter(
    item => !wide.some(isWide => isWide(item)) || items.every(each => wide.some(isWide => isWide(each))),
  )
}

const rankOf = ({ cell, effect }: { cell: Cell; effect: Effect }): number =>
  WEIGHT_ORDER.indexOf(WEIGHTS[effect.kind]) * LEVELS.length + LEVELS.indexOf(levelOf(cell.action))

const ownerOf = (target: string): string => (target.startsWith('arn:aws:s3:::') ? target.replace(/\/\*$/, '') : target)

const heldText = (sides: readonly (keyof typeof SIDE_WORDS)[]): string =>
  [...new Set(sides.map(side => SIDE_WORDS[side]))].join(' and ')

/** A federated user, or whoever is not excepted: nobody that a request could be tried as. */
function untried(changed: ChangedEntry): Omit<Item, 'does' | 'statements'> {
  const { entry } = changed
  const action = actionText(entry)
  return {
    weight: 'effective',
    level: levelOf(entry.action ?? '*'),
    principal: entry.principal?.value ?? 'everybody who is not excepted',
    action,
    target: entry.resource ?? entry.written.owner,
    account: entry.written.account,
    here: conditionWords(entry.statement.Condition),
    there: '',
    held: '',
    undecided: 'no request could be tried: it counts as real',
  }
}
