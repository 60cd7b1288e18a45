import { readFile } from 'node:fs/promises'
import { explainError, failureModes, inferNeeds, type Line, needsOf } from '@tripoint/proof'
import { inputsOf } from '../project/inputs.ts'
import { definitionAt, loadProject } from '../project/load.ts'
import { unreadText } from '../project/unread.ts'
import { worldOf } from '../project/world.ts'
import { Failure } from '../report/failure.ts'
import type { Command } from './command.ts'
import { optionText } from './shared-options.ts'
import { templateOptions, templatesFrom } from './template-options.ts'

type Options = Parameters<Command['run']>[1]

export const explainCommand: Command = {
  arguments: [{ name: '[text...]', about: 'the text of the error, as AWS wrote it; without one, standard input' }],
  options: [
    { flags: '--file <path>', about: 'read the text from a file' },
    {
      flags: '--config <path>',
      about: 'the definition that it is laid beside; by default the one here, if there is one',
    },
    {
      flags: '--templates <path...>',
      about: 'templates and folders of them, instead of those that the definition makes',
      many: true,
    },
    ...templateOptions,
    { flags: '--list', about: 'print the failures that are known' },
  ],
  notes:
    'exit code: 0 known, 1 not, 2 no text\n\npbpaste | tripoint explain\ntripoint explain --file build.log\ntripoint explain "User: … is not authorized to perform: kms:Decrypt …"\n\nWhat is pasted stays on this machine; keys, tokens and signatures in it are not shown again.',
  misused: 2,
  async run(words, options, terminal) {
    if (options.list === true) {
      terminal.report({
        type: 'table',
        title: `${failureModes.length} known failures`,
        columns: ['', 'failure', ''],
        rows: failureModes.map(({ id, number, title }) => [number ?? '', id, title]),
      })
      return
    }
    // Until there is a text, nothing is said of it.
    terminal.exit(2)
    const text = await textFrom(words, optionText(options, 'file'), terminal)
    if (text.trim() === '')
      throw new Failure('there is no text', 'paste it: tripoint explain TEXT, --file PATH, or through a pipe')
    const { line, notes } = await lineFrom(options)
    for (const note of notes) terminal.report({ type: 'note', text: note })
    const explanation = explainError(text, line)
    terminal.report({ type: 'explanation', explanation })
    terminal.exit(explanation.mode === undefined ? 1 : 0)
  },
}

async function textFrom(words: readonly string[], file: string | undefined, terminal: Parameters<Command['run']>[2]) {
  if (file !== undefined) {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => error)
    if (typeof text === 'string') return text
    throw new Failure(`${file} cannot be read: ${text.message}`, 'name a file of text')
  }
  if (words.length > 0) return words.join(' ')
  return terminal.input('paste the text, then Ctrl-D')
}

/** The line that is asked for; one that merely lies here is no reason to say nothing. */
async function lineFrom(options: Options): Promise<{ line?: Line; notes: readonly string[] }> {
  const templates = Array.isArray(options.templates) ? options.templates.map(String) : []
  const config = optionText(options, 'config')
  if (config !== undefined || templates.length > 0) return readLine(config, templates, options)
  if (definitionAt('.') === undefined) return { notes: [] }
  try {
    return await readLine('.', [], options)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { notes: [`the definition here could not be read, so this is about no line: ${error.message}`] }
  }
}

/** Templates beside a definition are what is deployed of it. */
async function readLine(
  config: string | undefined,
  templates: readonly string[],
  options: Options,
): Promise<{ line: Line; notes: readonly string[] }> {
  const given = templatesFrom(options)
  const beside = config === undefined ? undefined : await loadProject(config)
  const { inputs, findings, ...own } = await inputsOf(templates.length > 0 ? templates : [config ?? '.'], given)
  const definition = beside?.definition ?? own.definition
  const world = worldOf({ inputs, findings, ...(definition ? { definition } : {}) }, given)
  return {
    line: {
      name: definition?.name ?? 'these templates',
      accounts: definition?.accounts ?? Object.fromEntries(world.accounts.map(({ label, id }) => [label, id])),
      ...(definition ? { definition } : {}),
      needs: definition ? needsOf(definition, world) : inferNeeds(world),
      world,
    },
    notes: unreadText([...findings, ...world.findings]),
  }
}
