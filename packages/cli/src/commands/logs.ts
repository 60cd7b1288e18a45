import { logs as lineLogs } from '../line/logs.ts'
import type { Report } from '../report/event.ts'
import { cloudFrom, cloudOptions } from './cloud-options.ts'
import type { Command } from './command.ts'
import { optionText, projectOf } from './shared-options.ts'

export const logs: Command = {
  options: [...cloudOptions, { flags: '--prefix <text>', about: 'only log groups that begin with this' }],
  async run(_args, options, { report }) {
    const { definition } = await projectOf(options)
    const cloud = cloudFrom(definition, options)
    const prefix = optionText(options, 'prefix')
    let said = false
    const heard: Report = event => {
      said = true
      report(event)
    }
    for (const role of Object.keys(definition.accounts)) {
      await lineLogs(cloud.account(role), heard, prefix === undefined ? {} : { prefixes: [prefix] })
    }
    if (!said) report({ type: 'note', text: 'nothing has been logged yet' })
  },
}
