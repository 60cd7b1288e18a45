import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Trouble } from './trouble.ts'

/** A twin as its users run it, whose state lies in a folder that may have trouble. */
export interface ConfinedTwin {
  readonly endpoint: string
  /** The folder that it was given. */
  readonly state: string
  printed(): string
  spoil(): void
  mend(): void
  /** SIGTERM, and its exit code; what it leaves is then where it began from. */
  stop(): Promise<number | null>
}

export const main = fileURLToPath(new URL('../../../packages/cli/src/main.ts', import.meta.url))

/** Begins with what is kept, and keeps in its place what it leaves. */
const script = (make: string) => `
${make} && cp -a "$KEPT/." "$STATE" || exit 99
"$@"
code=$?
chmod -R u+w "$STATE" && rm -rf "$KEPT" && cp -a "$STATE" "$KEPT"
exit $code`

export async function confinedTwin(trouble: Trouble, kept: string, root: string): Promise<ConfinedTwin> {
  const state = join(root, 'confined')
  mkdirSync(state, { recursive: true })
  const [command = '', ...args] = trouble.shell
  const program = [process.execPath, main, 'twin', '--port', '0', '--state', state]
  const child = spawn(command, [...args, '-c', script(trouble.make(state)), 'sh', ...program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: root, TMPDIR: root, KEPT: kept, STATE: state },
  })
  const output = outputOf(child)
  const ended = once(child, 'close')
  const endpoint = await output.until(/ready at (http:\/\/[\d.:]+)/, ended)
  const shell = child.pid ?? 0
  const twin = Number(readFileSync(`/proc/${shell}/root${join(state, 'lock')}`, 'utf8').split(' ')[0])
  return {
    endpoint,
    state,
    printed: output.printed,
    spoil: () => trouble.spoil(shell, state),
    mend: () => trouble.mend(shell, state),
    async stop() {
      if (child.exitCode === null) process.kill(twin, 'SIGTERM')
      await ended
      return child.exitCode
    },
  }
}

function outputOf(child: ChildProcess) {
  let printed = ''
  let heard = () => {}
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      heard()
    })
  return {
    printed: () => printed,
    async until(pattern: RegExp, ended: Promise<unknown>): Promise<string> {
      let over = false
      void ended.then(() => {
        over = true
        heard()
      })
      for (;;) {
        const found = pattern.exec(printed)?.[1]
        if (found !== undefined) return found
        if (over) throw new Error(`ended without ${pattern}:\n${printed}`)
        await new Promise<void>(resolve => {
          heard = resolve
        })
      }
    },
  }
}
