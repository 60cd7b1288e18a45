import type { Terminal } from '../report/terminal.ts'

export interface Option {
  flags: string
  about: string
  fallback?: string
  many?: true
}

/** What a command takes, and the few lines that call the library. */
export interface Command {
  arguments?: readonly { name: string; about: string }[]
  options: readonly Option[]
  /** Below the options in its help: an example, a hint. */
  notes?: string
  /** What to do after Ctrl-C. */
  stopped?: string
  /** What the shell hears when the command line cannot be understood; by default 1. */
  misused?: number
  /** Another program speaks with it in a language of its own: no `--json`. */
  protocol?: true
  run(
    args: readonly string[],
    options: Readonly<Record<string, string | boolean | string[] | undefined>>,
    terminal: Terminal,
  ): Promise<void>
}
