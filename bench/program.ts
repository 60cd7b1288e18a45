import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const built = join(root, 'dist/bench')

export const source = join(root, 'packages/cli/src/main.ts')

/** The package as it is published, built anew: what is measured is what a user gets. */
export function build(): string {
  execFileSync(process.execPath, [join(root, 'packages/cli/build/main.ts'), built], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return join(built, 'packages/cli/src/main.js')
}

/** Those that its first line asks for, as whoever starts it by its name gets them. */
export const ownFlags = (program: string): string[] =>
  readFileSync(program, 'utf8')
    .split('\n', 1)[0]!
    .split(' ')
    .filter(word => word.startsWith('--'))
