import { askerOf } from '../../world/request.ts'
import type { Report } from '../report.ts'
import { excessSeverity, pathSeverity } from '../severity.ts'
import type { Names } from '../short-name.ts'
import { conditionWords, effectWords, lineOf, moveWords, strangerWords, whereOf } from '../words.ts'
import type { Graph } from './graph.ts'
import { html, type Markup } from './markup.ts'
import { json, mark, missingMarkup, pageLink, statementMarkup, statementsOf, witnessMarkup } from './parts.ts'

const section = (id: string, title: string, about: string, body: Markup): Markup =>
  html`<section id="${id}"><h2>${title}</h2><p class="about">${about}</p>${body}</section>
`

const table = (columns: readonly string[], rows: readonly Markup[]): Markup =>
  rows.length === 0
    ? html`<p class="none">nothing</p>`
    : html`<div class="wide"><table><thead><tr>${columns.map(column => html`<th scope="col">${column}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`

export function tablesOf(report: Report, graph: Graph, names: Names): Markup {
  return html`${findings(report)}${needed(report, graph, names)}${guards(report, names)}${excess(report, names)}${reach(report, names)}${paths(report, names)}${trusted(report, names)}${proof(report)}`
}

const findings = ({ findings }: Report): Markup =>
  findings.length === 0
    ? html``
    : section(
        'findings',
        `Findings: ${findings.length}`,
        'What is wrong with what the definition or the templates say.',
        table(
          ['', 'what', 'cure'],
          findings.map(
            ({ code, severity, message, consequence, cure, page, place }) =>
              html`<tr><td>${mark(severity)}</td><td>${place === undefined ? '' : html`<code class="place">${lineOf(place)}</code> `}${message} <small>${code}</small>${consequence === undefined ? '' : html`<br/><small>so: ${consequence}</small>`}</td><td>${cure} <small>${pageLink(page)}</small></td></tr>
`,
          ),
        ),
      )

function needed({ needed }: Report, { shownBy }: Graph, names: Names): Markup {
  const allowed = needed.filter(({ verdict }) => verdict === 'allowed').length
  return section(
    'needed',
    `Needed and allowed: ${allowed} of ${needed.length}`,
    'Every call that a step of the line makes, and whether the policies on both sides allow it.',
    table(
      ['', 'step', 'who', 'does', 'on', 'statements'],
      needed.map(
        need =>
          html`<tr class="is-${need.verdict}"><td>${mark(need.verdict)}</td><td><span class="dot hop-${need.access.hop}"></span> ${need.access.step}</td><td title="${askerOf(need.access)}">${names.placed(askerOf(need.access))}</td><td><code>${need.access.action}</code></td><td title="${need.access.resource}">${names.short(need.access.resource)}${need.verdict === 'allowed' ? '' : missingMarkup(need)}</td><td><a href="#${shownBy.get(need) ?? 'map'}">${need.statements.length} shown</a></td></tr>
`,
      ),
    ),
  )
}

function guards({ guards }: Report, names: Names): Markup {
  if (guards.length === 0) return html``
  const held = guards.filter(({ verdict }) => verdict === 'held').length
  return section(
    'guards',
    `Needed and denied: ${held} of ${guards.length}`,
    'What has to be refused, whoever asks.',
    table(
      ['', 'who denies', 'what', 'statement'],
      guards.map(
        ({ guard, verdict, statements, witness, why }) =>
          html`<tr class="is-${verdict}"><td>${mark(verdict)}</td><td title="${guard.owner}">${names.short(guard.owner)}</td><td><b>${guard.id}</b>: <code>${guard.action}</code> where ${conditionWords(guard.conditions)}<br/><small>${guard.because}</small>${why === undefined ? '' : html`<p><b>why:</b> ${why}</p>`}${witnessMarkup('lets through', witness, names)}</td><td>${statements.map(whereOf).join(', ')}</td></tr>
`,
      ),
    ),
  )
}

const excess = ({ excess }: Report, names: Names): Markup =>
  section(
    'excess',
    `Allowed but not needed: ${excess.length}`,
    'What could go from a policy, and what it lets through as long as it is there.',
    table(
      ['', 'what could go', 'statement', 'the policy as small as it can be'],
      excess.map(
        item =>
          html`<tr><td>${mark(excessSeverity(item))}</td><td>${item.why}${witnessMarkup(effectWords(item), item.witness, names)}</td><td>${statementMarkup(item.statement)}</td><td>${item.smaller === '' ? '' : html`<details><summary>show</summary>${json(item.smaller)}</details>`}</td></tr>
`,
      ),
    ),
  )

const reach = ({ reach }: Report, names: Names): Markup =>
  section(
    'reach',
    `Reachable by others: ${reach.length}`,
    'Who is not on the list, and can do something to a thing of the line all the same.',
    table(
      ['', 'what', 'by whom', 'statement'],
      reach.map(
        item =>
          html`<tr><td>${mark(item.verdict)}</td><td title="${item.resource}">${names.placed(item.resource)}: ${item.actions.join(', ')}${item.condition === undefined ? '' : html` where ${conditionWords(item.condition)}`}<p><b>so:</b> ${item.consequence}</p><p><b>cure:</b> ${item.cure}</p></td><td title="${item.who}">${strangerWords(item, names)}</td><td>${statementsOf(item.statements)}</td></tr>
`,
      ),
    ),
  )

const paths = ({ paths }: Report, names: Names): Markup =>
  section(
    'paths',
    `Escalation paths between accounts: ${paths.length}`,
    'Chains by which whoever holds a role of one account becomes one of another.',
    table(
      ['', 'path', 'statements'],
      paths.map(
        path =>
          html`<tr><td>${mark(pathSeverity(path))}</td><td><ol class="chain"><li>${names.placed(path.from)}</li>${path.steps.map(step => html`<li><span class="by">${moveWords(step.by)}</span> ${names.placed(step.to)}${step.needed ? html` <small>needed</small>` : ''}</li>`)}</ol><p><b>so:</b> ${path.consequence}</p><p><b>cure:</b> ${path.cure}</p></td><td><details><summary>show</summary>${statementsOf(path.steps.flatMap(({ statements }) => statements))}</details></td></tr>
`,
      ),
    ),
  )

const trusted = ({ trusted }: Report, names: Names): Markup =>
  section(
    'trusted',
    `Trusted: ${trusted.length}`,
    'Who could change what is proved here, and is trusted not to.',
    table(
      ['who', 'may', 'on', 'why'],
      trusted.map(
        item =>
          html`<tr><td title="${item.who}">${names.placed(item.who)}</td><td>${item.may.join(', ')}</td><td title="${item.on}">${names.short(item.on)}</td><td>${item.why}</td></tr>
`,
      ),
    ),
  )

function proof({ proof }: Report): Markup {
  const { questions, atoms, cubes, milliseconds, undecided, approximations } = proof
  return section(
    'proof',
    'Proof',
    `${questions} questions about all requests, ${atoms.toLocaleString('en')} atoms, ${cubes.toLocaleString('en')} cubes, ${Math.round(milliseconds)} ms; ${undecided.length === 0 ? 'all decided' : `${undecided.length} undecided`}.`,
    html`<ul>${undecided.map(({ question, why }) => html`<li>${mark('undecided')} ${question}: ${why}</li>`)}${approximations.map(each => html`<li>≈ ${each}</li>`)}</ul>`,
  )
}
