import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commands } from '../packages/cli/src/commands/index.ts'

const text = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')

test('the README lists every command in its own words, and the definition that the example has', () => {
  const readme = text('README.md')
  for (const [name, { about }] of Object.entries(commands)) expect(readme).toContain(`| \`${name}\` | ${about} |`)
  const stages = (source: string) => /stages: \[[\s\S]*?\n {2}\],/.exec(source)?.[0]
  expect(stages(readme)).toBe(stages(text('examples/churn/tripoint.config.ts')))
})

test('CI runs the test command that the README gives', () => {
  const command = /^(npm ci && npm test) +#/m.exec(text('README.md'))?.[1]
  expect(command).toBeDefined()
  expect(text('.ci/run')).toContain(`\n${command}\n`)
})
