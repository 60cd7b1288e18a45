import { createHash } from 'node:crypto'
import { problemsOf, verdictOf, verdictWords } from '../problem.ts'
import type { Report } from '../report.ts'
import { namesIn } from '../short-name.ts'
import { count } from '../words.ts'
import { graphOf } from './graph.ts'
import { mapOf } from './map.ts'
import { html, Markup } from './markup.ts'
import { panelsOf } from './panels.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'
import { tablesOf } from './tables.ts'

const HOPS = ['trigger', 'source', 'workflow', 'train', 'approve', 'deploy', 'people'] as const

/** The report as one file that needs no other, and asks nobody for anything. */
export function htmlReport(report: Report): string {
  const names = namesIn(report.subject)
  const graph = graphOf(report)
  const verdict = verdictOf(problemsOf(report))
  const level = verdict.errors > 0 ? 'error' : verdict.warnings > 0 ? 'warning' : 'allowed'
  const { subject } = report
  // What is wrong is seen first: what is as it should be, and what matters less, comes when it is asked for.
  const wrong = graph.edges.some(edge => edge.kind !== 'need' || edge.verdict !== 'allowed')
  const open = report.reach.length + report.paths.length > 0
  const toggle = (id: string, words: string, on: boolean) =>
    html`<label><input type="checkbox" id="show-${id}"${on ? html` checked` : ''}/> <span class="dot ${id}"></span> ${words}</label>`
  // Only this style and this script may run, whatever a name in a template says.
  const policy = `default-src 'none'; style-src '${hashOf(STYLE)}'; script-src '${hashOf(SCRIPT)}'; base-uri 'none'; form-action 'none'`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="${policy}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="referrer" content="no-referrer"/>
<title>${subject.name}: ${verdictWords(verdict)}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header>
<h1><span class="mark is-${level}">${level === 'allowed' ? '✓' : level === 'warning' ? '!' : '✗'}</span> ${subject.name}: ${verdictWords(verdict)}</h1>
<p>${count(subject.templates.length, 'template')} in ${count(subject.accounts.length, 'account')}; ${count(subject.counts.principals, 'role or user', 'roles and users')}, ${count(subject.counts.policies, 'policy', 'policies')} with ${count(subject.counts.statements, 'statement')}; ${count(subject.counts.needs, 'need')}, from the ${subject.needsFrom}.</p>
<nav><a href="#map">map</a> <a href="#needed">needed</a> <a href="#excess">not needed</a> <a href="#reach">reach</a> <a href="#paths">paths</a> <a href="#trusted">trusted</a></nav>
<div class="tools"><input type="search" id="filter" placeholder="filter by name, action, file …" aria-label="filter"/>
${HOPS.map(hop => html`<label><input type="checkbox" id="show-${hop}" checked/> <span class="dot hop-${hop}"></span> ${hop}</label>`)}
${toggle('allowed', 'needed and allowed', !wrong)}${toggle('excess', 'not needed', !open)}${toggle('reach', 'reach', report.paths.length === 0)}${toggle('path', 'paths', true)}</div>
</header>
<main>
<div id="map" class="map" tabindex="-1">${mapOf(graph, subject, names)}</div>
<p class="legend">A line is what one does to another. Needed: in the colour of its hop; red and dashed where it is denied, dotted where it is not decided. Not needed: <span class="key path">paths</span> to another account, <span class="key reach">reach</span> of others, <span class="key excess">what could go</span>. What is ticked above is drawn. Click a line, or press Enter on it, for its statements.</p>
${tablesOf(report, graph, names)}</main>
${panelsOf(graph, names)}<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`.text
}

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`
