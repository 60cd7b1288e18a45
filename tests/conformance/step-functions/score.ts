import { parseArgs } from 'node:util'
import { openTarget } from '../endpoint.ts'
import { conformance } from './conformance.ts'

/** `node tests/conformance/step-functions/score.ts [--filter TEXT] [--differences]`: how much of what AWS answered is answered. */
const { values } = parseArgs({
  options: { filter: { type: 'string', default: '' }, differences: { type: 'boolean', default: false } },
})
const target = await openTarget()
const found = await conformance(target, values.filter)
await target.close()
const groups = Map.groupBy(found, ([id]) => id.split('::')[0] as string)
for (const [group, list] of [...groups].sort(([a], [b]) => a.localeCompare(b)))
  console.log(`${list.filter(([, differences]) => differences.length === 0).length}/${list.length}\t${group}`)
const failing = [...found].filter(([, differences]) => differences.length > 0)
if (values.differences)
  for (const [id, differences] of failing) console.log(JSON.stringify({ id, differences: differences.slice(0, 6) }))
console.log(`${found.size - failing.length} of ${found.size} scenarios as AWS answered them`)
