import type { Policy } from '@tripoint/iam'
import type { Needs } from '../needs/need.ts'
import type { World } from '../world/world.ts'
import { partOf, policyOf, type Reference } from './reference.ts'
import type { Tally } from './tally.ts'

/** What is the same for all entries that are asked about. */
export interface Surroundings {
  readonly world: World
  /** what each principal needs, by ARN or as `service:NAME` */
  readonly needed: ReadonlyMap<string, readonly Policy[]>
  /** actions that the line itself uses: a reader knows them */
  readonly familiar: ReadonlySet<string>
  readonly tally: Tally
}

export const surroundingsOf = (
  world: World,
  needs: Needs,
  references: readonly Reference[],
  tally: Tally,
): Surroundings => ({
  world,
  tally,
  needed: new Map<string, readonly Policy[]>([
    ...references
      .filter(({ side }) => side === 'identity')
      .map(({ owner, policy }): [string, Policy[]] => [owner, [policy]]),
    ...neededOfServices(needs),
  ]),
  familiar: new Set(needs.list.map(({ access }) => access.action)),
})

/** Services have no policies of their own; what they need stands in those of the resources. */
function neededOfServices({ list }: Needs): Map<string, Policy[]> {
  const own = list.flatMap(({ access }) =>
    access.principal.kind === 'service' ? [{ access, name: access.principal.name }] : [],
  )
  return new Map(
    [...Map.groupBy(own, ({ name }) => name)].map(([name, each]) => {
      const statements = each.map(({ access }) => partOf(access, 'identity').statement)
      return [`service:${name}`, [policyOf('identity', name, statements)]]
    }),
  )
}
