import type { Line } from '../infer/line.ts'
import type { Finding } from '../source/finding.ts'

/** Something that templates can be wrong in, beside what they allow and deny. */
export interface Rule {
  /** stable, in kebab-case */
  readonly code: string
  readonly severity: Finding['severity']
  /** in one sentence, for the list of rules */
  readonly about: string
  /** known failures of real lines that it reports */
  readonly covers: readonly string[]
  readonly page: string
  /** says what of the needs cannot be read off templates: no news where a definition says them */
  readonly ofInference?: true
  readonly find: (line: Line) => readonly Said[]
}

/** What a rule says of one place; the rest is the rule's. */
export type Said = Omit<Finding, 'code' | 'severity' | 'page'>
