import { resolve } from 'node:path'
import { accessList } from '@tripoint/pipeline'
import { accessTable, unlistedTable } from '../line/access-table.ts'
import { Failure } from '../report/failure.ts'
import type { Command } from './command.ts'
import { configOption, optionText, projectOf } from './shared-options.ts'

export const access: Command = {
  options: [
    configOption,
    { flags: '--hop <name>', about: 'only this hop' },
    { flags: '--long', about: 'with reason, absence and page of each' },
    { flags: '--used', about: 'beside what the runs on a twin used, by its audit (needs --state)' },
    { flags: '--state <dir>', about: "the twin's state directory" },
  ],
  async run(_args, options, { report }) {
    const { definition } = await projectOf(options)
    const hop = optionText(options, 'hop')
    const list = accessList(definition).filter(entry => hop === undefined || entry.hop === hop)
    if (options.json === true) for (const access of list) report({ type: 'access', access })
    else if (options.used !== true) report(accessTable(list, options.long === true))
    else {
      const state = optionText(options, 'state')
      if (state === undefined)
        throw new Failure('--used needs the twin whose audit to read', 'name its state directory: --state DIR')
      const [{ compare }, { readAudit }] = await Promise.all([
        import('../line/observed.ts'),
        import('../line/audit.ts'),
      ])
      const { used, unlisted } = compare(list, await readAudit(resolve(state)))
      report(accessTable(list, options.long === true, used))
      if (hop === undefined) report(unlistedTable(unlisted))
    }
  },
}
