import type { Subject } from '../report.ts'
import type { Names } from '../short-name.ts'
import type { Graph, GraphEdge, GraphNode } from './graph.ts'
import { type Layout, layoutOf, NODE, type PlacedEdge } from './layout.ts'
import { html, type Markup } from './markup.ts'

const round = (value: number) => Math.round(value * 10) / 10

/** Letters that fit into a node. */
const LETTERS = 29

/** The account map; every line and node is a link to what it means. */
export function mapOf(graph: Graph, { nodes }: Subject, names: Names): Markup {
  const layout = layoutOf(graph)
  const ending = commonEnding(nodes.filter(({ kind }) => kind === 'role').map(({ name }) => name))
  return html`<svg viewBox="0 0 ${round(layout.width)} ${round(layout.height)}" width="${round(layout.width)}" height="${round(layout.height)}" role="group" aria-label="the accounts, and who does what on what">
${layout.regions.map(regionMarkup)}
<g>${layout.edges.map(placed => edgeMarkup(placed, names))}</g>
<g>${layout.regions.map(labelMarkup)}</g>
<g>${layout.nodes.map(({ node, box }) => nodeMarkup(node, box, names, ending))}</g>
</svg>`
}

const regionMarkup = ({ region, box }: Layout['regions'][number]): Markup =>
  html`<g class="region${region.declared ? '' : ' foreign'}"><rect x="${round(box.x)}" y="${round(box.y)}" width="${box.width}" height="${box.height}" rx="14"/></g>
`

/** Above the lines, which would strike it out. */
const labelMarkup = ({ region, box }: Layout['regions'][number]): Markup =>
  html`<text class="label" x="${round(box.x + 18)}" y="${round(box.y + 23)}">${cut(region.label)}</text>
`

/** In the middle: names differ at both ends. */
export const cut = (name: string, letters = LETTERS): string =>
  name.length <= letters
    ? name
    : `${name.slice(0, Math.ceil((letters - 1) / 2))}…${name.slice(-Math.floor((letters - 1) / 2))}`

/** What all roles end in, such as the region, tells nobody which is which. */
export function commonEnding(names: readonly string[]): string {
  const [first, ...others] = names
  if (first === undefined || others.length < 2) return ''
  let length = first.length
  for (const other of others) while (!other.endsWith(first.slice(first.length - length))) length--
  const ending = first.slice(first.length - length)
  const hyphen = ending.indexOf('-')
  return hyphen < 0 || ending.length - hyphen < 4 ? '' : ending.slice(hyphen)
}

const withoutEnding = (name: string, ending: string): string =>
  ending !== '' && name.endsWith(ending) && name !== ending ? `${name.slice(0, -ending.length)}…` : name

function nodeMarkup(node: GraphNode, { x, y }: { x: number; y: number }, names: Names, ending: string): Markup {
  const services = node.services.map(({ access }) => (access.principal.kind === 'service' ? access.principal.name : ''))
  const bad = node.services.some(({ verdict }) => verdict !== 'allowed')
  const trust =
    services.length === 0
      ? ''
      : ` · for ${cut(services[0]?.split('.')[0] ?? '', 16)}${services.length > 1 ? ` +${services.length - 1}` : ''}`
  // What a stack makes is named after it, and the region says which.
  const stack = `${names.account(node.region)}-`
  const own = node.name.startsWith(stack)
    ? node.name.slice(stack.length)
    : node.name.replace(/^(anybody else) in .*/, '$1')
  const kind = node.kind === 'resource' ? many(node) : node.kind
  return html`<a href="#${node.id}" class="node kind-${node.kind}${bad ? ' bad' : ''}" data-node="${node.id}"><title>${[...node.arns].map(arn => (names.placed(arn) === arn ? arn : `${names.placed(arn)}\n${arn}`)).join('\n')}</title><rect x="${round(x)}" y="${round(y)}" width="${NODE.width}" height="${NODE.height}" rx="7"/><rect class="stripe" x="${round(x)}" y="${round(y)}" width="6" height="${NODE.height}" rx="3"/><text class="name" x="${round(x + 14)}" y="${round(y + 18)}">${cut(node.kind === 'role' ? withoutEnding(own, ending) : own)}</text><text class="kind" x="${round(x + 14)}" y="${round(y + 33)}">${kind}${trust}</text></a>
`
}

const many = ({ arns }: GraphNode) => (arns.size === 1 ? 'resource' : `${arns.size} resources`)

const edgeClass = (edge: GraphEdge): string =>
  edge.kind === 'need' ? `need hop-${edge.hop} is-${edge.verdict}` : `wrong ${edge.kind}`

function edgeMarkup({ edge, curve, label }: PlacedEdge, names: Names): Markup {
  const [a, b, c, d] = curve
  const path = `M${round(a.x)} ${round(a.y)}C${round(b.x)} ${round(b.y)} ${round(c.x)} ${round(c.y)} ${round(d.x)} ${round(d.y)}`
  const back = c.x < d.x ? -8 : 8
  const arrow = `M${round(d.x)} ${round(d.y)}l${back} -4v8z`
  const number = edge.items.length
  const count =
    number < 2
      ? ''
      : html`<circle cx="${round(label.x)}" cy="${round(label.y)}" r="9"/><text x="${round(label.x)}" y="${round(label.y + 3.5)}">${number}</text>`
  return html`<a href="#${edge.id}" class="edge ${edgeClass(edge)}" data-from="${edge.from.id}" data-to="${edge.to.id}" aria-label="${edgeWords(edge, names)}"><path class="hit" d="${path}"/><path class="line" d="${path}"/><path class="arrow" d="${arrow}"/>${count}</a>
`
}

const KIND_WORDS: Readonly<Record<GraphEdge['kind'], string>> = {
  need: 'needed',
  excess: 'allowed but not needed',
  reach: 'reachable by others',
  path: 'a step of an escalation path',
}

export function edgeWords(edge: GraphEdge, names: Names): string {
  const [first] = edge.to.arns
  const what =
    edge.kind === 'need' && edge.verdict !== 'allowed' ? `needed, and ${edge.verdict}` : KIND_WORDS[edge.kind]
  return `${edge.from.name} to ${edge.to.name}${first === undefined ? '' : ` (${names.placed(first)})`}: ${what}`
}
