import { destroy as destroyLine } from '../line/destroy.ts'
import { Failure } from '../report/failure.ts'
import { cloudFrom, cloudOptions } from './cloud-options.ts'
import type { Command } from './command.ts'
import { projectOf } from './shared-options.ts'

export const destroy: Command = {
  options: [...cloudOptions, { flags: '--yes', about: 'do not ask' }],
  stopped: 'what was begun goes on; tripoint destroy does the rest',
  async run(_args, options, terminal) {
    const { definition } = await projectOf(options)
    const confirm = async (question: string) => {
      if (options.yes === true) return true
      if (!terminal.interactive) throw new Failure('nobody can be asked here', 'give --yes to delete without asking')
      return /^y(es)?$/i.test(await terminal.ask(`${question} [y/N] `))
    }
    const began = performance.now()
    await destroyLine(definition, cloudFrom(definition, options), {
      report: terminal.report,
      signal: terminal.signal,
      confirm,
    })
    terminal.report({
      type: 'done',
      text: `${definition.name} is taken down; its logs stay, its key waits to be deleted`,
      seconds: (performance.now() - began) / 1000,
    })
  },
}
