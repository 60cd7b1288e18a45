import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { failures } from './known-failures.ts'

const shown = readdirSync(import.meta.dirname)
  .filter(file => file.endsWith('.test.ts'))
  .flatMap(file => [...readFileSync(join(import.meta.dirname, file), 'utf8').matchAll(/^\s*shows\('([a-z0-9-]+)'/gm)])
  .map(([, known = '']) => known)

test('each of the 31 known failures is shown by one test, or excused with a reason', () => {
  const known = Object.entries(failures)
  expect(known).toHaveLength(31)
  expect(shown.toSorted()).toEqual(
    known
      .filter(([, entry]) => !('excused' in entry))
      .map(([name]) => name)
      .sort(),
  )
  for (const [name, entry] of known) {
    if ('excused' in entry) expect(entry.excused.length, name).toBeGreaterThan(40)
    else
      expect(entry.read, name).toMatch(
        /^https:\/\/(github\.com\/[\w-]+\/[\w-]+\/issues\/\d+|docs\.aws\.amazon\.com\/.+)$/,
      )
  }
})
