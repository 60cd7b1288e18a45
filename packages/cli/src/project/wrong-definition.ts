import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Finding as DefinitionFinding } from '@tripoint/pipeline'
import type { Finding, SourceFile } from '@tripoint/proof'
import { Failure } from '../report/failure.ts'

/** A definition with findings. */
export class WrongDefinition extends Failure {
  readonly file: string
  readonly findings: readonly DefinitionFinding[]

  constructor(file: string, findings: readonly DefinitionFinding[], message: string, cure?: string) {
    super(message, cure)
    this.file = file
    this.findings = findings
  }
}

/** The same in the words of a report, each with the line where it most likely stands: a program has no paths. */
export function definitionFindings({ file, findings }: WrongDefinition): Finding[] {
  const text = readFileSync(file, 'utf8')
  const name = relative(process.cwd(), file) || file
  return findings.map(({ path, value, allowed, cure }): Finding => {
    const source: SourceFile = { name, text, value: undefined, placeOf: () => placeIn(text, path, value) }
    const shown = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`
    return {
      code: 'wrong-definition',
      severity: 'error',
      message: `${path || 'the definition'} ${shown}; allowed: ${allowed}`,
      consequence: 'no template can be made of it',
      cure,
      spot: { file: source, path: path === '' ? [] : [path] },
    }
  })
}

/** Where the wrong value is written, else its name. */
function placeIn(text: string, path: string, value: unknown): { line: number; column: number } {
  const name =
    path
      .replace(/\[\d+\]$/, '')
      .split('.')
      .at(-1) ?? ''
  const written = typeof value === 'string' && value !== '' ? [`'${value}'`, `"${value}"`] : []
  const at = [...written, ...(name === '' ? [] : [`${name}:`])].map(each => text.indexOf(each)).find(each => each >= 0)
  const before = text.slice(0, at ?? 0).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}
