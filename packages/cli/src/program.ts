import { createInterface } from 'node:readline/promises'
import { text } from 'node:stream/consumers'
import { Command as Parser, Option as ParserOption } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import type { Command } from './commands/command.ts'
import { commands } from './commands/index.ts'
import { explain } from './report/explain.ts'
import { Failure } from './report/failure.ts'
import { jsonOutput, type Output, type Terminal, textOutput } from './report/terminal.ts'

function terminal(output: Output, signal: AbortSignal, exit: Terminal['exit']): Terminal {
  return {
    ...output,
    signal,
    exit,
    interactive: process.stdin.isTTY === true && process.stdout.isTTY === true,
    async ask(question) {
      const resume = output.pause()
      const lines = createInterface({ input: process.stdin, output: process.stdout })
      // At a terminal readline sees Ctrl-C before the process does.
      lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
      try {
        return await lines.question(question, { signal })
      } finally {
        lines.close()
        resume()
      }
    },
    input: () => text(process.stdin),
  }
}

const collect = (value: string, before: string[] = []) => [...before, value]

function add(parser: Parser, command: Command, finish: (code: number) => void) {
  for (const argument of command.arguments ?? []) parser.argument(argument.name, argument.about)
  for (const { flags, about, fallback, many } of command.options) {
    const option = new ParserOption(flags, about)
    if (fallback !== undefined) option.default(fallback)
    if (many === true) option.argParser(collect)
    parser.addOption(option)
  }
  if (command.protocol !== true) parser.option('--json', 'print typed events, one JSON document a line')
  if (command.misused !== undefined) {
    parser.exitOverride(error => {
      throw Object.assign(error, { exitCode: error.exitCode === 0 ? 0 : command.misused })
    })
  }
  if (command.notes !== undefined) parser.addHelpText('after', `\n${command.notes}`)
  parser.action(async () => finish(await execute(command, parser)))
}

/** What a shell gives to a process that one of these ended. */
const interrupted = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
const signals = Object.keys(interrupted) as (keyof typeof interrupted)[]

/** 0 done and 1 failed, or what the command says instead; 130 stopped by Ctrl-C. */
async function execute(command: Command, parser: Parser): Promise<number> {
  const options = parser.opts()
  const output =
    options.json === true
      ? jsonOutput(process.stdout, () => performance.now())
      : textOutput(process.stdout, { now: () => performance.now(), env: process.env })
  const say = (line: string) => {
    const resume = output.pause()
    process.stderr.write(`${line}\n`)
    resume()
  }
  const stop = new AbortController()
  let code = 1
  let done = 0
  const interrupt = (signal: keyof typeof interrupted) => {
    // The second one ends the process at once.
    for (const each of signals) process.off(each, interrupt)
    code = interrupted[signal]
    stop.abort(new Failure('stopped', command.stopped))
  }
  for (const each of signals) process.on(each, interrupt)
  try {
    const exit = (said: number) => {
      done = said
    }
    await command.run(parser.args, options, terminal(output, stop.signal, exit))
    return done
  } catch (error) {
    output.end()
    say(explain(stop.signal.aborted ? stop.signal.reason : error))
    return stop.signal.aborted ? code : done || code
  } finally {
    output.end()
    for (const each of signals) process.off(each, interrupt)
  }
}

/** `tripoint … | head` is no failure. */
function forgiveClosedPipe() {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(0)
  })
}

export async function main(argv: readonly string[]): Promise<number> {
  forgiveClosedPipe()
  let code = 0
  const program = new Parser('tripoint').description(
    'deliver machine-learning models across AWS accounts; every permission derived, proved, observed',
  )
  program.exitOverride()
  program.version(manifest.version)
  program.showHelpAfterError('(tripoint --help, or tripoint COMMAND --help, says what there is)')
  for (const [name, { about, load }] of Object.entries(commands)) {
    const parser = program.command(name).description(about)
    if (argv.includes(name)) {
      add(parser, await load(), result => {
        code = result
      })
    }
  }
  try {
    await program.parseAsync([...argv])
  } catch (error) {
    const { exitCode } = error as { exitCode?: number }
    if (exitCode === undefined) throw error
    return exitCode
  }
  return code
}
