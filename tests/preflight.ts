import { preflight } from '../packages/cli/src/preflight.ts'

const failures = await preflight()
for (const line of failures) process.stderr.write(`${line}\n`)
process.exitCode = failures.length === 0 ? 0 : 1
