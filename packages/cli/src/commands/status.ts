import { status as lineStatus } from '../line/status.ts'
import { cloudFrom, cloudOptions } from './cloud-options.ts'
import type { Command } from './command.ts'
import { projectOf } from './shared-options.ts'

export const status: Command = {
  options: cloudOptions,
  async run(_args, options, { report }) {
    const { definition } = await projectOf(options)
    await lineStatus(cloudFrom(definition, options).account('shared'), definition.name, report)
  },
}
