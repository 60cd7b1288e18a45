import { describe, expect, test } from 'vitest'
import { churnReport, cleanReport, renamed } from '../report.fixture.ts'
import type { Report } from '../report.ts'
import { PROOF_RULES } from './rules.ts'
import { type Sarif, sarifReport } from './sarif-report.ts'

const run = (sarif: Sarif) => sarif.runs[0]!
const results = (report: Report) => run(sarifReport(report)).results

type Check = (value: unknown) => boolean
interface Shape {
  readonly required?: Readonly<Record<string, Check>>
  readonly optional?: Readonly<Record<string, Check>>
}

const text: Check = value => typeof value === 'string' && value !== ''
const whole: Check = value => Number.isInteger(value) && Number(value) >= 1
const listOf =
  (check: Check): Check =>
  value =>
    Array.isArray(value) && value.every(check)
/** The schema allows no other property anywhere. */
const shape =
  ({ required = {}, optional = {} }: Shape): Check =>
  value =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(required).every(([name, check]) => check((value as Record<string, unknown>)[name])) &&
    Object.entries(value).every(([name, item]) => ({ ...optional, ...required })[name]?.(item) === true)

const level: Check = value => ['none', 'note', 'warning', 'error'].includes(String(value))
const message = shape({ required: { text } })
// A relative reference, or a file URI: no letter that a URI does not have.
const uri: Check = value => text(value) && /^[\w.~!$&'()*+,;=:@%/-]+$/.test(String(value))
const location = shape({
  required: {
    physicalLocation: shape({
      required: {
        artifactLocation: shape({ required: { uri }, optional: { uriBaseId: text } }),
        region: shape({ required: { startLine: whole }, optional: { startColumn: whole } }),
      },
    }),
  },
  optional: { message },
})
const rule = shape({
  required: {
    id: text,
    name: text,
    shortDescription: message,
    fullDescription: message,
    help: message,
    defaultConfiguration: shape({ required: { level } }),
  },
  optional: { helpUri: uri, properties: value => typeof value === 'object' },
})
const result = shape({
  required: {
    ruleId: text,
    ruleIndex: value => Number.isInteger(value) && Number(value) >= 0,
    level,
    message,
    locations: listOf(location),
    partialFingerprints: shape({ optional: { primaryLocationLineHash: text } }),
  },
  optional: { relatedLocations: listOf(location) },
})

/** https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json, as far as it is used */
const log = shape({
  required: {
    version: value => value === '2.1.0',
    runs: listOf(
      shape({
        required: {
          tool: shape({ required: { driver: shape({ required: { name: text, rules: listOf(rule) } }) } }),
          results: listOf(result),
        },
        optional: {
          columnKind: value => value === 'utf16CodeUnits',
          invocations: listOf(shape({ required: { executionSuccessful: value => value === true } })),
        },
      }),
    ),
  },
  optional: { $schema: uri },
})

const reports: readonly (readonly [string, Report])[] = [
  ['a report with everything', churnReport],
  ['a clean one', cleanReport],
  ['one of hostile names', renamed('a b"<script>\u0000%é')],
]

describe.each(reports)('%s', (_, report) => {
  const sarif = sarifReport(report)
  test('is SARIF', () => expect(log(JSON.parse(JSON.stringify(sarif)))).toBe(true))
  test('gives every result a rule, and a place in a file of the repository', () => {
    const { rules } = run(sarif).tool.driver
    for (const each of run(sarif).results) {
      expect(rules[each.ruleIndex]?.id).toBe(each.ruleId)
      expect(each.locations).toHaveLength(1)
      expect(each.locations[0]?.physicalLocation.artifactLocation.uri).not.toMatch(/^\/|^\.\.|\\/)
    }
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
  })
  test('gives every result a fingerprint of its own', () => {
    const hashes = run(sarif).results.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash)
    expect(new Set(hashes).size).toBe(hashes.length)
  })
})

test('what the proof says has a rule with words of its own', () => {
  const codes = new Set(churnReport.findings.map(({ code }) => code))
  const rules = run(sarifReport(churnReport)).tool.driver.rules.filter(({ id }) => !codes.has(id))
  expect(rules.length).toBeGreaterThan(6)
  for (const { id, help } of rules) expect(help.text).toBe(PROOF_RULES[id]?.help)
})

test('what is clean has no results', () => expect(results(cleanReport)).toEqual([]))

test('each part is there, at its line', () => {
  const shown = results(churnReport).map(({ ruleId, level, locations }) => {
    const { artifactLocation, region } = locations[0]!.physicalLocation
    return `${level} ${ruleId} ${artifactLocation.uri}:${region.startLine}`
  })
  expect(shown).toEqual([
    'error unknown-action tripoint.out/churn-base.template.json:44',
    'warning unresolved-parameter tripoint.out/churn-production.template.json:3',
    'note assumed-account tripoint.out/churn-base.template.json:1',
    'error need-undecided tripoint.out/churn-base.template.json:1',
    'warning need-depends tripoint.out/churn-training.template.json:71',
    'error need-denied tripoint.out/churn-base.template.json:31',
    'error guard-open tripoint.out/churn-base.template.json:1',
    'error excess tripoint.out/churn-base.template.json:71',
    'warning excess tripoint.out/churn-training.template.json:88',
    'note repeated tripoint.out/churn-base.template.json:37',
    'error reach tripoint.out/churn-base.template.json:105',
    'error escalation tripoint.out/churn-production.template.json:122',
  ])
})

test('the other side of what is wrong is a related place', () => {
  const [path] = results(churnReport).filter(({ ruleId }) => ruleId === 'escalation')
  expect(path?.relatedLocations?.map(({ physicalLocation }) => physicalLocation.region.startLine)).toEqual([37, 54, 20])
})

test('a fingerprint outlives lines that come and go above it', () => {
  const moved = JSON.parse(JSON.stringify(churnReport), (key, value) =>
    key === 'line' ? value + 100 : value,
  ) as Report
  const hashes = (report: Report) => results(report).map(({ partialFingerprints }) => partialFingerprints)
  expect(hashes(moved)).toEqual(hashes(churnReport))
})

test.each([
  ['./a/b.json', 'a/b.json'],
  ['a\\b c.json', 'a/b%20c.json'],
  ['/tmp/x.json', 'file:///tmp/x.json'],
  ['C:\\x\\y.json', 'file:///C:/x/y.json'],
])('%s is named %s', (file, uri) => {
  const place = { file, line: 2, column: 1, path: '' }
  const finding = { code: 'x', severity: 'error', message: 'm', cure: 'c', place } as const
  const [only] = results({ ...cleanReport, findings: [finding] })
  expect(only?.locations[0]?.physicalLocation.artifactLocation.uri).toBe(uri)
})

test('a name of a template is neither a link nor a hidden turn of the text', () => {
  const [finding] = churnReport.findings
  const hostile = {
    ...finding!,
    message: '[x](https://x.example) \u202egpj',
    place: { ...finding!.place!, file: 'a\ud800.json' },
  }
  const { message, locations } = results({ ...cleanReport, findings: [hostile] })[0]!
  expect(message.text).toMatch(/^\[x\] \(https:\/\/x\.example\) \\u202egpj\n/)
  expect(locations[0]!.physicalLocation.artifactLocation.uri).toBe('a%EF%BF%BD.json')
})

test('the same report gives the same bytes', () =>
  expect(JSON.stringify(sarifReport(churnReport))).toBe(JSON.stringify(sarifReport(structuredClone(churnReport)))))
