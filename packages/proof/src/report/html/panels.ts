import { askerOf } from '../../world/request.ts'
import type { EscalationStep, Excess, NeedVerdict, Reach } from '../report.ts'
import { excessSeverity } from '../severity.ts'
import type { Names } from '../short-name.ts'
import { conditionWords, effectWords, strangerWords } from '../words.ts'
import type { Graph, GraphEdge, GraphNode } from './graph.ts'
import { edgeWords } from './map.ts'
import { html, type Markup } from './markup.ts'
import { mark, missingMarkup, pageLink, statementMarkup, statementsOf, witnessMarkup } from './parts.ts'

/** What a line or a node of the map opens. Without a script, too: it is shown while it is the page's target. */
export const panelsOf = (graph: Graph, names: Names): Markup =>
  html`${graph.edges.map(edge => edgePanel(edge, names))}${graph.nodes.map(node => nodePanel(node, graph, names))}`

const panel = (id: string, title: Markup, body: Markup): Markup =>
  html`<section class="panel" id="${id}" tabindex="-1" aria-label="details"><a class="close" href="#map" aria-label="close">×</a><h2>${title}</h2>${body}</section>
`

function edgePanel(edge: GraphEdge, names: Names): Markup {
  const title = html`${edge.from.name} <span class="to">→</span> ${edge.to.name}`
  return panel(edge.id, title, html`${BODIES[edge.kind](edge as never, names)}`)
}

type Of<Kind extends GraphEdge['kind']> = Extract<GraphEdge, { kind: Kind }>

const BODIES: { readonly [Kind in GraphEdge['kind']]: (edge: Of<Kind>, names: Names) => Markup } = {
  need: ({ items }, names) =>
    html`${needList(items, names)}<h3>the statements</h3>${statementsOf(items.flatMap(({ statements }) => statements))}`,
  excess: ({ items }, names) => html`<p>allowed but not needed</p>${items.map(item => excessMarkup(item, names))}`,
  reach: ({ items }, names) => html`<p>reachable by others</p>${items.map(item => reachMarkup(item, names))}`,
  path: ({ items }) => html`<p>a step of an escalation path between accounts</p>${items.map(stepMarkup)}`,
}

const needList = (items: readonly NeedVerdict[], names: Names): Markup =>
  html`<ul class="needs">${items.map(
    item =>
      html`<li>${mark(item.verdict)} <code>${item.access.action}</code> on <code title="${item.access.resource}">${names.short(item.access.resource)}</code>${item.access.conditions === undefined ? '' : html` where ${conditionWords(item.access.conditions)}`}<br/><small>${item.access.step}: ${item.access.because} · ${pageLink(item.access.page)}</small>${missingMarkup(item)}${witnessMarkup('such as', item.witness, names)}</li>`,
  )}</ul>`

const excessMarkup = (item: Excess, names: Names): Markup =>
  html`<p>${mark(excessSeverity(item))} ${item.why}</p>${witnessMarkup(effectWords(item), item.witness, names)}${statementMarkup(item.statement)}`

const reachMarkup = (item: Reach, names: Names): Markup =>
  html`<p>${mark(item.verdict)} ${strangerWords(item, names)}: ${item.actions.join(', ')}</p><p><b>so:</b> ${item.consequence}</p><p><b>cure:</b> ${item.cure}</p>${witnessMarkup('such as', item.witness, names)}${statementsOf(item.statements)}`

const stepMarkup = (step: EscalationStep): Markup =>
  html`<p>${step.words}${step.needed ? ' (needed: the line works by it)' : ''}</p>${statementsOf(step.statements)}`

function nodePanel(node: GraphNode, { edges }: Graph, names: Names): Markup {
  const list = (title: string, own: readonly GraphEdge[]) =>
    own.length === 0
      ? ''
      : html`<h3>${title}</h3><ul>${own.map(edge => html`<li><a href="#${edge.id}">${edgeWords(edge, names)}</a></li>`)}</ul>`
  const services =
    node.services.length === 0
      ? ''
      : html`<h3>put on by services</h3><ul class="needs">${node.services.map(
          item =>
            html`<li>${mark(item.verdict)} ${names.short(askerOf(item.access))}: ${item.access.because}${missingMarkup(item)}</li>`,
        )}</ul>${statementsOf(node.services.flatMap(({ statements }) => statements))}`
  return panel(
    node.id,
    html`${node.name}`,
    html`<ul class="arns">${[...node.arns].map(arn => html`<li><code>${arn}</code></li>`)}</ul>${services}${list(
      'does',
      edges.filter(({ from }) => from === node),
    )}${list(
      'is done to it',
      edges.filter(({ to }) => to === node),
    )}`,
  )
}
