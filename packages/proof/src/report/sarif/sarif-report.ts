import { createHash } from 'node:crypto'
import type { Severity } from '../../source/finding.ts'
import type { Place } from '../../source/spot.ts'
import { type Problem, problemsOf } from '../problem.ts'
import type { Report } from '../report.ts'
import { visible } from '../visible.ts'
import { ruleOf } from './rules.ts'

/**
 * The report for code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, and of it what GitHub reads:
 * https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
export interface Sarif {
  readonly $schema: string
  readonly version: '2.1.0'
  readonly runs: readonly SarifRun[]
}

interface SarifRun {
  readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly SarifRule[] } }
  readonly columnKind: 'utf16CodeUnits'
  readonly invocations: readonly { readonly executionSuccessful: boolean }[]
  readonly results: readonly SarifResult[]
}

interface Message {
  readonly text: string
}

interface SarifRule {
  readonly id: string
  readonly name: string
  readonly shortDescription: Message
  readonly fullDescription: Message
  readonly help: Message
  readonly helpUri?: string
  readonly defaultConfiguration: { readonly level: Severity }
  readonly properties: { readonly tags: readonly string[]; readonly 'security-severity'?: string }
}

interface SarifResult {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: Severity
  readonly message: Message
  readonly locations: readonly Location[]
  readonly relatedLocations?: readonly Location[]
  readonly partialFingerprints: Readonly<Record<string, string>>
}

interface Location {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string }
    readonly region: { readonly startLine: number; readonly startColumn?: number }
  }
  readonly message?: Message
}

export function sarifReport(report: Report): Sarif {
  const problems = problemsOf(report)
  const ids = [...new Set(problems.map(({ rule }) => rule))].toSorted()
  const seen = new Map<string, number>()
  const [template] = report.subject.templates
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'tripoint',
            rules: ids.map(id =>
              sarifRule(
                id,
                problems.filter(({ rule }) => rule === id),
              ),
            ),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true }],
        results: problems.map(problem => sarifResult(problem, ids.indexOf(problem.rule), template, seen)),
      },
    ],
  }
}

const WORST: readonly Severity[] = ['error', 'warning', 'note']

function sarifRule(id: string, problems: readonly Problem[]): SarifRule {
  const { title, help } = ruleOf(id)
  const level = WORST.find(severity => problems.some(problem => problem.severity === severity)) ?? 'note'
  const page = problems.find(problem => problem.page !== undefined)?.page
  return {
    id,
    name: id.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: help },
    help: { text: help },
    ...(page === undefined ? {} : { helpUri: page }),
    defaultConfiguration: { level },
    // GitHub shows these as high, medium and low.
    properties: {
      tags: ['security', 'iam'],
      ...(level === 'note' ? {} : { 'security-severity': level === 'error' ? '8.0' : '5.0' }),
    },
  }
}

function sarifResult(
  problem: Problem,
  ruleIndex: number,
  template: string | undefined,
  seen: Map<string, number>,
): SarifResult {
  const { rule, severity, message, consequence, cure, places } = problem
  // Code scanning shows nothing that has no place: it then stands at the top of a template.
  const [first = template === undefined ? undefined : { file: template, line: 1, column: 1, path: '' }, ...others] =
    places
  const text = [message, ...(consequence === undefined ? [] : [`So: ${consequence}`]), `Cure: ${cure}`].join('\n')
  return {
    ruleId: rule,
    ruleIndex,
    level: severity,
    message: { text: plain(text) },
    locations: first === undefined ? [] : [locationOf(first)],
    ...(others.length === 0
      ? {}
      : {
          relatedLocations: others.map(place => ({
            ...locationOf(place),
            message: { text: plain(place.path || 'other side') },
          })),
        }),
    partialFingerprints: { primaryLocationLineHash: fingerprint(problem, seen) },
  }
}

/** Nothing of a name is a link, which is `[text](target)` in a message of SARIF. */
const plain = (text: string): string => visible(text).replaceAll('](', '] (')

/** Of what it is about and not of where that stands: the same alert when lines above it come and go. */
function fingerprint({ rule, about }: Problem, seen: Map<string, number>): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([rule, ...about]))
    .digest('hex')
    .slice(0, 16)
  const nth = (seen.get(hash) ?? 0) + 1
  seen.set(hash, nth)
  return `${hash}:${nth}`
}

const locationOf = ({ file, line, column }: Place): Location => ({
  physicalLocation: {
    artifactLocation: uriOf(file),
    region: { startLine: Math.max(1, line), ...(column < 1 ? {} : { startColumn: column }) },
  },
})

/** Relative to the repository, as GitHub wants it; a whole path becomes a file URI. */
function uriOf(file: string): { uri: string; uriBaseId?: string } {
  const path = file.replaceAll('\\', '/').replace(/^(\.\/)+/, '')
  const encoded = path.toWellFormed().split('/').map(encodeURIComponent).join('/')
  if (path.startsWith('/')) return { uri: `file://${encoded}` }
  if (/^[A-Za-z]:\//.test(path)) return { uri: `file:///${path.slice(0, 2)}${encoded.slice(encoded.indexOf('/'))}` }
  return { uri: encoded, uriBaseId: '%SRCROOT%' }
}
