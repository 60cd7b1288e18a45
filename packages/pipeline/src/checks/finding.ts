/** One thing that is wrong with what the user wrote. */
export interface Finding {
  /** where: `accounts.training`, `stages[0].template` */
  readonly path: string
  readonly value: unknown
  readonly allowed: string
  readonly cure: string
}

export class InvalidDefinition extends Error {
  override readonly name = 'InvalidDefinition'
  readonly findings: readonly Finding[]

  constructor(findings: readonly Finding[]) {
    super(
      `the pipeline's definition has ${count(findings.length)}:\n${findings.map(f => `  ${showFinding(f)}`).join('\n')}`,
    )
    this.findings = findings
  }
}

export const showFinding = (finding: Finding): string =>
  `${finding.path || '(definition)'}: ${showValue(finding.value)}; allowed: ${finding.allowed}; cure: ${finding.cure}`

const count = (n: number): string => (n === 1 ? '1 finding' : `${n} findings`)

function showValue(value: unknown): string {
  if (value === undefined) return 'missing'
  const text = typeof value === 'function' ? 'a function' : (JSON.stringify(value) ?? String(value))
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}
