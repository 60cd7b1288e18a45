import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allowsNoMore, type Policy, parsePolicy } from '@tripoint/iam'
import churn from '../examples/churn/tripoint.config.ts'
import { type Fleet, fleetOf, templatesOf } from './fleet.ts'
import type { Row } from './row.ts'

interface Proved {
  seconds: number
  megabytes: number
  roles: number
  statements: number
  atoms: number
}

/** In a new process: what a user waits for after it is loaded, with nothing compiled yet. */
function prove(fleet: Fleet): Proved {
  const folder = mkdtempSync(join(tmpdir(), 'tripoint-bench-'))
  try {
    const file = join(folder, 'fleet.json')
    writeFileSync(file, JSON.stringify(fleet))
    return JSON.parse(
      execFileSync(process.execPath, [join(import.meta.dirname, 'prover.ts'), file], { encoding: 'utf8' }),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export function checkRow(): Row {
  const runs = Array.from({ length: 5 }, () => prove({ definitions: [churn], inputs: templatesOf(churn) }).seconds)
  return { measure: 'check, our four stacks', ours: Math.min(...runs), unit: 's', target: { of: 'value', most: 1 } }
}

const SIZES = [1, 5, 10, 25, 50]

/** Fifty lines that share fifty accounts, and how the time grows on the way there. */
export function fleetRows(say: (line: string) => void): Row[] {
  say('  lines   roles  statements     atoms    seconds        MB')
  const runs = SIZES.map(size => {
    const run = prove(fleetOf(size))
    const cells = [run.roles, run.statements, run.atoms, run.seconds.toFixed(2), run.megabytes.toFixed(0)]
    say(`  ${[size, ...cells].map((cell, at) => String(cell).padStart(at === 0 ? 5 : 10)).join('')}`)
    return run
  })
  const last = runs.at(-1)!
  const measure = `check, 50 lines in 50 accounts (${last.roles} roles)`
  return [
    { measure, ours: last.seconds, unit: 's', target: { of: 'value', most: 20 } },
    { measure: 'memory at its peak then', ours: last.megabytes, unit: 'MB', target: { of: 'value', most: 1_000 } },
  ]
}

/** How one comparison of two policies grows with their statements, and with the condition keys of each. */
export function sayGrowth(say: (line: string) => void): void {
  for (const statements of [10, 20, 40, 80]) say(grown(`${statements} statements`, policyOf(statements, 1)))
  for (const keys of [1, 2, 4, 8, 16]) say(grown(`40 statements, ${keys} condition keys in each`, policyOf(40, keys)))
}

function grown(what: string, policy: Policy): string {
  const began = performance.now()
  const { verdict, size } = allowsNoMore([policy], [policy])
  const taken = performance.now() - began
  return `  ${what.padEnd(42)} ${verdict.padEnd(10)} ${String(size.atoms).padStart(6)} atoms ${taken.toFixed(1).padStart(9)} ms`
}

const policyOf = (statements: number, keys: number): Policy => ({
  kind: 'identity',
  name: 'grown',
  document: parsePolicy({
    Version: '2012-10-17',
    Statement: Array.from({ length: statements }, (_statement, at) => ({
      Effect: at % 5 === 4 ? 'Deny' : 'Allow',
      Action: [`s3:Get*${at % 7}`, `kms:${at % 3 === 0 ? 'De*' : 'GenerateDataKey*'}`],
      Resource: `arn:aws:s3:::bucket-${at}-*/data/*`,
      Condition: {
        StringLike: Object.fromEntries(
          Array.from({ length: keys }, (_key, key) => [`aws:PrincipalTag/t${key}`, `v${(at + key) % 6}*`]),
        ),
      },
    })),
  }),
})
