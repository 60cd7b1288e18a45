import { lineOf } from '../infer/line.ts'
import type { Needs } from '../needs/need.ts'
import type { Finding } from '../source/finding.ts'
import type { World } from '../world/world.ts'
import { RULES } from './rules.ts'

/** What is wrong in the templates beside their permissions: every rule, over everything. */
export function templateFindings(world: World, from: Needs['from'] = 'templates'): Finding[] {
  const line = lineOf(world)
  const rules = RULES.filter(({ ofInference }) => from === 'templates' || !ofInference)
  return rules.flatMap(({ code, severity, page, find }) => find(line).map(said => ({ code, severity, page, ...said })))
}
