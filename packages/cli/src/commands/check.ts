import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import {
  type CheckVerdict,
  problemsOf,
  check as prove,
  type Report,
  readWorld,
  verdictOf,
  verdictWords,
} from '@tripoint/proof'
import { inputsOf } from '../project/inputs.ts'
import { loadProject } from '../project/load.ts'
import { worldOf } from '../project/world.ts'
import { definitionFindings, WrongDefinition } from '../project/wrong-definition.ts'
import { Failure } from '../report/failure.ts'
import { FORMATS, type Format, isFormat, printReport, writeReport } from '../report/report-file.ts'
import type { Command } from './command.ts'
import { optionText } from './shared-options.ts'
import { templateOptions, templatesFrom } from './template-options.ts'

const FAILS: Readonly<Record<string, (verdict: CheckVerdict) => boolean>> = {
  error: ({ errors }) => errors > 0,
  warning: ({ errors, warnings }) => errors + warnings > 0,
  never: () => false,
}

/** So many statements take longer than one waits without a word. */
const MANY_STATEMENTS = 1_000

export const check: Command = {
  arguments: [
    {
      name: '[definition|templates...]',
      about: 'a definition, or templates and folders of them; by default the definition here',
    },
  ],
  options: [
    { flags: '--config <path>', about: 'the definition that the given templates are laid beside' },
    ...templateOptions,
    { flags: '--format <name>', about: `${FORMATS.join(', ')}, or all; by default what --out ends in, otherwise text` },
    { flags: '--out <file>', about: 'where to write it; with --format all, the folder for one file each' },
    { flags: '--long', about: 'all of it: each need with its statements, each policy as small as it can be' },
    {
      flags: '--fail-on <severity>',
      about: `exit with 1 from where on: ${Object.keys(FAILS).join(', ')}`,
      fallback: 'error',
    },
  ],
  notes:
    'exit code: 0 clean, 1 problems, 2 not understood or not read\n\ntripoint check                              the definition here\ntripoint check out/                         templates alone: what the line needs is read from its pipeline\ntripoint check --config . out/*.json        templates beside the definition\ntripoint check --out check.sarif            for code scanning\ntripoint check --out check.html             with the map of the accounts',
  misused: 2,
  async run(args, options, terminal) {
    // Until there is a report, nothing has been checked.
    terminal.exit(2)
    const fails = FAILS[optionText(options, 'failOn') ?? 'error']
    if (fails === undefined)
      throw new Failure(`--fail-on ${options.failOn} is not known`, `give one of ${Object.keys(FAILS).join(', ')}`)
    const out = optionText(options, 'out')
    const format = formatOf(optionText(options, 'format'), out)
    const given = templatesFrom(options)
    const config = optionText(options, 'config')
    const paths = args.length > 0 ? args : [config ?? '.']
    for (const path of args) {
      if (!existsSync(path))
        throw new Failure(`${path} is not there`, 'name a definition, a template, or a folder of templates')
    }
    const report = await reportOf({ paths, config, named: args.length > 0, given }, text => {
      if (format === 'text' || out !== undefined || options.json === true) terminal.report({ type: 'step', text })
    })
    const verdict = verdictOf(problemsOf(report))
    const long = options.long === true
    if (options.json === true) terminal.report({ type: 'check', report })
    if (out !== undefined || format === 'all') {
      for (const file of await writeReport(report, format, out, long))
        terminal.report({ type: 'note', text: `wrote ${file}` })
      terminal.report({ type: 'note', text: `${report.subject.name}: ${verdictWords(verdict)}` })
    } else if (options.json !== true) terminal.print(await printReport(report, format, { ...terminal.look, long }))
    terminal.exit(fails(verdict) ? 1 : 0)
  },
}

interface Asked {
  readonly paths: readonly string[]
  readonly config: string | undefined
  /** templates or a definition are given; otherwise the definition here is meant */
  readonly named: boolean
  readonly given: ReturnType<typeof templatesFrom>
}

async function reportOf({ paths, config, named, given }: Asked, step: (text: string) => void): Promise<Report> {
  const now = () => performance.now()
  try {
    const beside = !named || config !== undefined ? await loadProject(config) : undefined
    const { inputs, findings, ...own } = await inputsOf(paths, given)
    const definition = beside?.definition ?? own.definition
    const world = worldOf({ inputs, findings, ...(definition ? { definition } : {}) }, given)
    const statements = world.policies.reduce((sum, { policy }) => sum + policy.document.Statement.length, 0)
    if (statements > MANY_STATEMENTS) step(`proves ${inputs.length} templates with ${statements} statements`)
    const name = definition?.name ?? nameOf(paths)
    return prove(world, { name, ...(definition === undefined ? {} : { definition }), findings, now })
  } catch (error) {
    // What is wrong with a definition is a problem that was found, and read like all others.
    if (!(error instanceof WrongDefinition)) throw error
    return prove(readWorld([]), { name: nameOf([dirname(error.file)]), findings: definitionFindings(error), now })
  }
}

const nameOf = ([first = '', ...rest]: readonly string[]): string =>
  rest.length > 0 ? 'templates' : basename(first).replace(/(\.template)?\.\w+$/, '') || 'templates'

const ENDINGS: Readonly<Record<string, Format>> = { json: 'json', sarif: 'sarif', html: 'html', htm: 'html' }

function formatOf(given: string | undefined, out: string | undefined): Format | 'all' {
  if (given === undefined) return ENDINGS[out?.split('.').at(-1) ?? ''] ?? 'text'
  if (given === 'all' || isFormat(given)) return given
  throw new Failure(`--format ${given} is not known`, `give one of ${[...FORMATS, 'all'].join(', ')}`)
}
