import { resolve } from 'node:path'
import type { Command } from './command.ts'
import { configOption, optionText, projectOf } from './shared-options.ts'

export const synth: Command = {
  options: [
    configOption,
    { flags: '--out <dir>', about: 'where to', fallback: 'tripoint.out' },
    { flags: '--key-arn <arn>', about: "the deployed key, for pipeline.json (the base stack's output KeyArn)" },
  ],
  async run(_args, options, { report }) {
    const { definition } = await projectOf(options)
    const out = resolve(optionText(options, 'out') ?? 'tripoint.out')
    const keyArn = optionText(options, 'keyArn')
    const { synth: write } = await import('@tripoint/stacks')
    const { manifest } = write(definition, out, keyArn === undefined ? {} : { keyArn })
    report({
      type: 'table',
      title: out,
      columns: ['stack', 'account', 'template', 'after'],
      rows: manifest.stacks.map(stack => [stack.name, stack.account, stack.template, stack.dependsOn.join(', ')]),
    })
    report({
      type: 'note',
      text: 'pipeline.json is for `aws codepipeline create-pipeline --cli-input-json file://pipeline.json`; access.json is the access list',
    })
  },
}
