import { createHash } from 'node:crypto'
import { Script } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { churnReport, cleanReport, renamed } from '../report.fixture.ts'
import type { Report } from '../report.ts'
import { htmlReport } from './html-report.ts'
import { SCRIPT } from './script.ts'

const hostile = renamed('</script><script>alert(1)</script><img src=x onerror=alert(1)>"\'&\u202e')
const reports: readonly (readonly [string, Report])[] = [
  ['a report with everything', churnReport],
  ['a clean one', cleanReport],
  ['one of hostile names', hostile],
  ['an empty one', empty()],
]

function empty(): Report {
  const { subject } = cleanReport
  return {
    ...cleanReport,
    subject: { ...subject, templates: [], accounts: [], nodes: [] },
    needed: [],
    guards: [],
    trusted: [],
  }
}

const VOID = new Set(['meta', 'input', 'br', 'path', 'rect', 'circle'])

/** Elements in the order in which they begin; fails where one does not end. */
function elementsOf(page: string): { name: string; attributes: Record<string, string> }[] {
  const open: string[] = []
  const found: { name: string; attributes: Record<string, string> }[] = []
  const tag = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"<>]*")?)*)\s*(\/?)>|<!doctype html>|[<>]/g
  for (const [all, end, name, attributes = '', closed] of withoutScript(page).matchAll(tag)) {
    if (all === '<!doctype html>') continue
    if (name === undefined) throw new Error(`a bare ${all}`)
    if (end === '/') expect(open.pop()).toBe(name)
    else {
      if (closed === '') open.push(name)
      else expect(VOID).toContain(name)
      const pairs = [...attributes.matchAll(/([a-zA-Z-]+)(?:="([^"]*)")?/g)]
      found.push({ name, attributes: Object.fromEntries(pairs.map(([, key, value = '']) => [key, value])) })
    }
  }
  expect(open).toEqual([])
  return found
}

const withoutScript = (page: string) =>
  page.replace(/<style>[^<]*<\/style>/, '<style></style>').replace(`<script>${SCRIPT}</script>`, '<script></script>')

describe.each(reports)('%s', (_, report) => {
  const page = htmlReport(report)
  const elements = elementsOf(page)
  const ids = elements.flatMap(({ attributes: { id } }) => id ?? [])

  test('has one script and one style, and allows no other', () => {
    const policy = elements.find(({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy')
    for (const name of ['script', 'style']) {
      expect(elements.filter(element => element.name === name)).toHaveLength(1)
      const [, text = ''] = new RegExp(`<${name}>([^]*?)</${name}>`).exec(page) ?? []
      expect(text).not.toBe('')
      const hash = createHash('sha256').update(text).digest('base64')
      expect(policy?.attributes.content).toContain(`${name}-src &#39;sha256-${hash}&#39;`)
    }
    expect(policy?.attributes.content).toMatch(/^default-src &#39;none&#39;;/)
  })

  test('loads nothing, and has no attribute that runs', () => {
    const names = new Set(elements.flatMap(({ attributes }) => Object.keys(attributes)))
    expect([...names].filter(name => /^on|^(src|style|srcset|action)$/.test(name))).toEqual([])
    expect(
      [...new Set(elements.map(({ name }) => name))].filter(name => /^(img|link|iframe|object|embed|form)$/.test(name)),
    ).toEqual([])
    for (const { attributes } of elements)
      if (attributes.href !== undefined) expect(attributes.href).toMatch(/^(#|https:\/\/docs\.aws\.)/)
  })

  test('every id is there once, and every link leads to one', () => {
    expect(new Set(ids).size).toBe(ids.length)
    const links = elements.flatMap(({ attributes: { href } }) => (href?.startsWith('#') ? [href.slice(1)] : []))
    expect(links.filter(link => !ids.includes(link))).toEqual([])
  })

  test('every line and node can be reached by key, has a name, and opens its panel', () => {
    for (const { attributes } of elements.filter(({ attributes: { class: names = '' } }) =>
      /^(edge|node)\b/.test(names),
    )) {
      expect(attributes.href).toMatch(/^#[en]\d+$/)
      if (attributes.class?.startsWith('edge')) expect(attributes['aria-label']).not.toBe('')
    }
  })

  test('the same report gives the same bytes', () => expect(htmlReport(structuredClone(report))).toBe(page))
})

test('names of others are shown, not obeyed', () => {
  const page = htmlReport(hostile)
  expect(page).toContain('&lt;/script&gt;&lt;script&gt;alert(1)')
  expect(page).not.toContain('<script>alert')
  expect(page).not.toContain('\u202e')
})

test('a page that is no https is no link', () => {
  const finding = { code: 'x', severity: 'error', message: 'm', cure: 'c', page: 'javascript:alert(1)' } as const
  expect(htmlReport({ ...cleanReport, findings: [finding] })).not.toContain('javascript:')
})

test('each need leads to its statements, on both sides', () => {
  const page = htmlReport(churnReport)
  for (const { place } of churnReport.needed.flatMap(({ statements }) => statements))
    expect(page).toContain(`<code class="place">${place?.file}:${place?.line}</code>`)
})

test('where something is wrong, it is drawn first; where nothing is, all is', () => {
  const ticked = (report: Report) =>
    [...htmlReport(report).matchAll(/id="show-(allowed|excess|reach|path)" checked/g)].map(([, id]) => id)
  expect(ticked(cleanReport)).toEqual(['allowed', 'excess', 'reach', 'path'])
  expect(ticked(churnReport)).toEqual(['path'])
  expect(ticked({ ...churnReport, paths: [] })).toEqual(['reach', 'path'])
  expect(ticked({ ...churnReport, paths: [], reach: [] })).toEqual(['excess', 'reach', 'path'])
})

test('a service is one node, however it is written', () => {
  const [reach] = churnReport.reach as [Report['reach'][number]]
  const service = (who: string) => ({ ...reach, who, kind: 'service' as const })
  const page = htmlReport({
    ...churnReport,
    reach: [service('sagemaker.amazonaws.com'), service('service:sagemaker.amazonaws.com')],
  })
  expect(page.match(/<text class="name"[^>]*>sagemaker\.amazonaws\.com</g)).toHaveLength(1)
})

test('the script is one', () => {
  expect(() => new Script(SCRIPT)).not.toThrow()
  expect(SCRIPT).not.toMatch(/innerHTML|outerHTML|document\.write|eval|</)
})
