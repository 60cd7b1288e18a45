import { describe, expect, test } from 'vitest'
import { churnReport, cleanReport, renamed } from '../report.fixture.ts'
import type { MapNode, NeedVerdict, Report } from '../report.ts'
import { graphOf } from './graph.ts'
import { type Box, type Layout, layoutOf, overlap } from './layout.ts'
import { commonEnding, cut } from './map.ts'

/** As many accounts as it takes, with so many nodes each; everybody works with the first account, and with some of his own. */
function grown(accounts: number, nodes: number): Report {
  const ids = Array.from({ length: accounts }, (_, at) => String(111111111111 * (at + 1)).padStart(12, '0'))
  const all = ids.flatMap(account =>
    Array.from({ length: nodes }, (_, at): MapNode => {
      const kind = at % 2 === 0 ? 'role' : 'bucket'
      const name = `a-name-that-is-long-enough-to-be-cut-${account}-${at}`
      const arn = kind === 'role' ? `arn:aws:iam::${account}:role/${name}` : `arn:aws:s3:::${name}`
      return { arn, account, kind, name }
    }),
  )
  const roles = all.filter(({ kind }) => kind === 'role')
  const buckets = all.filter(({ kind }) => kind === 'bucket')
  const [need] = cleanReport.needed as readonly [NeedVerdict]
  return {
    ...cleanReport,
    subject: { ...cleanReport.subject, accounts: ids.map(id => ({ id, label: `account-${id}` })), nodes: all },
    needed: roles.flatMap(({ arn, account }, at) =>
      [at % (nodes / 2), at % buckets.length].map(
        (to): NeedVerdict => ({
          ...need,
          access: { ...need.access, principal: { kind: 'role', arn, account }, resource: buckets[to]?.arn ?? '*' },
        }),
      ),
    ),
  }
}

const cases: readonly (readonly [string, Report])[] = [
  ['our line', churnReport],
  ['one with hostile names', renamed('x'.repeat(300))],
  ['3 accounts × 20 nodes', grown(3, 20)],
  ['1 account', grown(1, 4)],
  ['7 accounts', grown(7, 6)],
]

const inside = (box: Box, outer: Box) =>
  box.x >= outer.x &&
  box.y >= outer.y &&
  box.x + box.width <= outer.x + outer.width &&
  box.y + box.height <= outer.y + outer.height

const pairs = (boxes: readonly Box[]) =>
  boxes.flatMap((one, at) => boxes.slice(at + 1).map(other => [one, other] as const))

describe.each(cases)('%s', (_, report) => {
  const graph = graphOf(report)
  const layout: Layout = layoutOf(graph)
  const boxes = layout.nodes.map(({ box }) => box)

  test('every node is drawn, inside its region, and covers no other', () => {
    expect(layout.nodes.length).toBe(graph.nodes.length)
    const regions = new Map(layout.regions.map(({ region, box }) => [region.id, box]))
    for (const { node, box } of layout.nodes) expect(inside(box, regions.get(node.region)!)).toBe(true)
    expect(pairs(boxes).filter(([one, other]) => overlap(one, other))).toEqual([])
  })

  test('regions cover nothing of each other, and lie on the page', () => {
    const regions = layout.regions.map(({ box }) => box)
    expect(pairs(regions).filter(([one, other]) => overlap(one, other))).toEqual([])
    const page = { x: 0, y: 0, width: layout.width, height: layout.height }
    for (const box of regions) expect(inside(box, page)).toBe(true)
  })

  test('every line begins at the side of one node and ends at the side of the other, on the page', () => {
    const at = new Map(layout.nodes.map(({ node, box }) => [node, box]))
    for (const { edge, curve, label } of layout.edges) {
      for (const [point, node] of [[curve[0], edge.from] as const, [curve[3], edge.to] as const]) {
        const box = at.get(node)!
        expect([box.x, box.x + box.width]).toContain(point.x)
        expect(point.y > box.y && point.y < box.y + box.height).toBe(true)
      }
      expect(label.x > 0 && label.x < layout.width && label.y > 0 && label.y < layout.height).toBe(true)
    }
    const ends = layout.edges.flatMap(({ curve: [from, , , to] }) => [`${from.x} ${from.y}`, `${to.x} ${to.y}`])
    expect(new Set(ends).size).toBe(ends.length)
  })

  test('names are cut to what fits', () => {
    for (const { node } of layout.nodes) expect(cut(node.name).length).toBeLessThanOrEqual(29)
  })

  test('is the same each time', () => expect(layoutOf(graphOf(structuredClone(report)))).toEqual(layout))
})

test('what one does to another is one line with a number, and every need is shown by something', () => {
  const graph = graphOf(churnReport)
  const needs = graph.edges.filter(({ kind }) => kind === 'need')
  expect(new Set(needs.map(({ from, to }) => `${from.id} ${to.id}`)).size).toBe(needs.length)
  expect(needs.reduce((sum, { items }) => sum + items.length, 0)).toBe(
    churnReport.needed.filter(({ access }) => access.principal.kind !== 'service').length,
  )
  for (const need of churnReport.needed) expect(graph.shownBy.get(need)).toBeDefined()
})

test('what is wrong is drawn: excess, reach, and each step of a path', () => {
  const shown = graphOf(churnReport).edges.filter(({ kind }) => kind !== 'need')
  expect(shown.map(({ kind, from, to }) => `${kind}: ${from.name} → ${to.name}`)).toEqual([
    'excess: churn-deploy-deployer-us-east-1 → 0a1b2c3d-0000-4000-8000-00000000c4e9',
    'excess: churn-train-training-us-east-1 → churn-111111111111-us-east-1',
    'reach: account 444455556666 → churn-111111111111-us-east-1',
    'path: churn-deploy-deployer-us-east-1 → churn-pipeline-us-east-1',
    'path: churn-pipeline-us-east-1 → churn-train-stack-action-us-east-1',
  ])
})

test.each([
  [['a-x-eu-1', 'b-x-eu-1', 'c-y-eu-1'], '-eu-1'],
  [['a-eu', 'b-eu', 'c-eu'], ''],
  [['a-eu-1', 'b-eu-1'], ''],
  [['same-name', 'same-name', 'same-name'], '-name'],
  [['one', 'two', 'three'], ''],
])('all of %j end in %j', (names, ending) => expect(commonEnding(names)).toBe(ending))

test('an example that is nobody stands for everybody else in its account', () => {
  const [excess] = churnReport.excess
  const witness = { ...excess!.witness!, principal: 'arn:aws:iam::333333333333:role/x' }
  const { edges } = graphOf({ ...churnReport, excess: [{ ...excess!, witness }] })
  expect(edges.filter(({ kind }) => kind === 'excess').map(({ from }) => `${from.region} ${from.name}`)).toEqual([
    '333333333333 anybody else in 333333333333 (production)',
  ])
})

test('who is described and has no ARN is drawn in the account that the words name', () => {
  const [reach] = churnReport.reach
  const reached = ['anybody else in 222222222222 (training)', 'anybody, without credentials'].map(who => ({
    ...reach!,
    who,
  }))
  const { edges, regions } = graphOf({ ...churnReport, reach: reached })
  const from = edges.filter(({ kind }) => kind === 'reach').map(({ from }) => from.region)
  expect(from.map(id => regions.find(region => region.id === id)?.label)).toEqual(['training 222222222222', 'anybody'])
})
