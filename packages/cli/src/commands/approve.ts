import { answerApproval } from '../line/approve.ts'
import { cloudFrom, cloudOptions } from './cloud-options.ts'
import type { Command } from './command.ts'
import { optionText, projectOf } from './shared-options.ts'

const answering = (answer: 'approved' | 'rejected'): Command => ({
  options: [
    ...cloudOptions,
    { flags: '--summary <text>', about: 'why', fallback: `${answer} with tripoint` },
    { flags: '--stage <name>', about: 'of several, this one' },
  ],
  async run(_args, options, { report }) {
    const { definition } = await projectOf(options)
    const stage = optionText(options, 'stage')
    const given = await answerApproval(cloudFrom(definition, options).account('shared'), definition.name, {
      approve: answer === 'approved',
      summary: optionText(options, 'summary') ?? '',
      ...(stage === undefined ? {} : { stage }),
    })
    report({ type: 'approval', ...given, answer, by: 'you' })
  },
})

export const approve = answering('approved')
export const reject = answering('rejected')
