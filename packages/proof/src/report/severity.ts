import type { Severity } from '../source/finding.ts'
import type { EscalationPath, Excess, GuardVerdict, NeedVerdict } from './report.ts'

/** What the proof gave up is not a yes: it fails the check as what is denied does. */
const NEED_SEVERITY: Readonly<Record<NeedVerdict['verdict'], Severity>> = {
  allowed: 'note',
  denied: 'error',
  depends: 'warning',
  undecided: 'error',
}

export const needSeverity = ({ verdict }: NeedVerdict): Severity => NEED_SEVERITY[verdict]

export const guardSeverity = ({ verdict, harm }: GuardVerdict): Severity =>
  verdict === 'held' ? 'note' : verdict === 'open' && harm === 'latent' ? 'warning' : 'error'

/** Of each kind: what is latent is only held back by another side, what is repeated changes nothing. */
export function excessSeverity({ kind, harm }: Excess): Severity {
  if (kind === 'repeated') return 'note'
  return harm === 'effective' && kind !== 'denies-more' ? 'error' : 'warning'
}

/** A path that the line itself goes is no finding; it is shown. */
export const pathSeverity = ({ steps }: EscalationPath): Severity =>
  steps.every(({ needed }) => needed) ? 'note' : 'error'
