import { createInterface } from 'node:readline/promises'
import { text } from 'node:stream/consumers'
import { Command as Parser, Option as ParserOption } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import type { Command } from './commands/command.ts'
import { commands } from './commands/index.ts'
import { explain } from './report/explain.ts'
import { Failure } from './report/failure.ts'
import type { TerminalStream } from './report/live-region.ts'
import { jsonOutput, type Output, type Terminal, textOutput } from './report/terminal.ts'

/** What a command reads and writes; a process's own, unless a caller has others. */
export interface Streams {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stdout: NodeJS.WritableStream & TerminalStream
  readonly stderr: NodeJS.WritableStream
}

function terminal(
  output: Output,
  { stdin, stdout, stderr }: Streams,
  signal: AbortSignal,
  exit: Terminal['exit'],
): Terminal {
  return {
    ...output,
    signal,
    exit,
    interactive: stdin.isTTY === true && stdout.isTTY === true,
    async ask(question) {
      const resume = output.pause()
      const lines = createInterface({ input: stdin, output: stdout })
      // At a terminal readline sees Ctrl-C before the process does.
      lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
      try {
        return await lines.question(question, { signal })
      } finally {
        lines.close()
        resume()
      }
    },
    input(prompt) {
      if (prompt !== undefined && stdin.isTTY === true) stderr.write(`  ${prompt}\n`)
      return text(stdin)
    },
  }
}

const collect = (value: string, before: string[] = []) => [...before, value]

function add(parser: Parser, command: Command, streams: Streams, finish: (code: number) => void) {
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
  parser.action(async () => finish(await execute(command, parser, streams)))
}

/** What a shell gives to a process that one of these ended. */
const interrupted = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
const signals = Object.keys(interrupted) as (keyof typeof interrupted)[]

/** 0 done and 1 failed, or what the command says instead; 130 stopped by Ctrl-C. */
async function execute(command: Command, parser: Parser, streams: Streams): Promise<number> {
  const options = parser.opts()
  const output =
    options.json === true
      ? jsonOutput(streams.stdout, () => performance.now())
      : textOutput(streams.stdout, { now: () => performance.now(), env: process.env })
  const say = (line: string) => {
    const resume = output.pause()
    streams.stderr.write(`${line}\n`)
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
    await command.run(parser.args, options, terminal(output, streams, stop.signal, exit))
    return done
  } catch (error) {
    output.end()
    const text = explain(stop.signal.aborted ? stop.signal.reason : error)
    output.report({ type: 'failed', text })
    say(text)
    return stop.signal.aborted ? code : done || code
  } finally {
    output.end()
    for (const each of signals) process.off(each, interrupt)
  }
}

/** `tripoint … | head` is no failure. */
function forgiveClosedPipe(stdout: Streams['stdout']) {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    // Its verdict stands, where it has one.
    process.exit()
  })
}

export async function main(argv: readonly string[], streams: Streams = process): Promise<number> {
  const { stdout, stderr } = streams
  forgiveClosedPipe(stdout)
  let code = 0
  const program = new Parser('tripoint').description(
    'deliver machine-learning models across AWS accounts; every permission derived, proved, observed',
  )
  program.exitOverride()
  program.configureOutput({ writeOut: said => stdout.write(said), writeErr: said => stderr.write(said) })
  program.version(manifest.version)
  program.showHelpAfterError('(tripoint --help, or tripoint COMMAND --help, says what there is)')
  for (const [name, { about, load }] of Object.entries(commands)) {
    const parser = program.command(name).description(about)
    if (argv.includes(name)) {
      add(parser, await load(), streams, result => {
        code = result
      })
    }
  }
  try {
    await program.parseAsync([...argv])
  } catch (error) {
    const { exitCode } = error as { exitCode?: number }
    if (exitCode === undefined) throw error
    if (exitCode !== 0 && argv.includes('--json')) {
      const { message } = error as Error
      jsonOutput(stdout, () => performance.now()).report({ type: 'failed', text: message })
    }
    return exitCode
  }
  return code
}
