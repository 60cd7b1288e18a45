import { jsonLines } from '../json-lines.ts'
import type { NeedVerdict, Quoted, Witness } from '../report.ts'
import type { Names } from '../short-name.ts'
import { sideWords, statementWords, whereOf, witnessWords } from '../words.ts'
import { html, type Markup } from './markup.ts'

const MARKS: Readonly<Record<string, string>> = {
  allowed: '✓',
  held: '✓',
  denied: '✗',
  open: '✗',
  reachable: '✗',
  depends: '!',
  undecided: '?',
  error: '✗',
  warning: '!',
  note: '·',
}

export const mark = (word: string): Markup => html`<span class="mark is-${word}">${MARKS[word] ?? '·'} ${word}</span>`

/** Each once, however many actions it is for. */
export function statementsOf(all: readonly Quoted[]): Markup {
  const seen = new Map(
    all.map(quoted => [`${quoted.side} ${quoted.owner} ${quoted.policy} ${quoted.index} ${quoted.text}`, quoted]),
  )
  return html`${[...seen.values()].map(statementMarkup)}`
}

export function statementMarkup(quoted: Quoted): Markup {
  const where = whereOf(quoted)
  return html`<figure><figcaption><b>${sideWords(quoted.side)}</b> ${where === '' ? '' : html`<code class="place">${where}</code> `}${statementWords(quoted)}</figcaption>${quoted.text === '' ? '' : json(quoted.text)}</figure>`
}

export const json = (text: string): Markup => html`<pre>${jsonLines(text, 66).join('\n')}</pre>`

export const witnessMarkup = (words: string, witness: Witness | undefined, names: Names): Markup | undefined =>
  witness === undefined ? undefined : html`<p><b>${words}:</b> ${witnessWords(witness, names)}</p>`

/** A page of AWS's; what a report from elsewhere says here is no link unless it is one. */
export const pageLink = (page: string | undefined): Markup | undefined =>
  page === undefined || !/^https:\/\/[\w.-]+\//.test(page)
    ? undefined
    : html`<a href="${page}" rel="noreferrer noopener">${page.replace(/^https:\/\/(docs\.aws\.amazon\.com\/)?/, '')}</a>`

export const missingMarkup = ({ missing, why }: NeedVerdict): Markup =>
  html`${why === undefined ? '' : html`<p><b>why:</b> ${why}</p>`}${missing.map(
    each =>
      html`<p><b>missing in the ${sideWords(each.side)}:</b> ${each.why}</p>${each.cure === undefined ? '' : html`<p><b>cure:</b> ${each.cure}</p>`}`,
  )}`
