import type { Command } from './command.ts'
import { optionText } from './shared-options.ts'

export const demo: Command = {
  options: [
    { flags: '--approve', about: 'approve without asking' },
    {
      flags: '--break <entry>',
      about: 'the entry of the access list to take away; one that is not there lists those that are',
    },
    { flags: '--keep', about: 'leave the twin running' },
    { flags: '--directory <dir>', about: 'take up a demo that was kept' },
  ],
  async run(_args, options, terminal) {
    terminal.report({ type: 'step', text: 'starts AWS on this machine' })
    const { demo: play } = await import('../demo/demo.ts')
    const broken = optionText(options, 'break')
    const directory = optionText(options, 'directory')
    await play(
      {
        approve: options.approve === true,
        keep: options.keep === true,
        ...(broken === undefined ? {} : { break: broken }),
        ...(directory === undefined ? {} : { directory }),
      },
      terminal,
    )
  },
}
