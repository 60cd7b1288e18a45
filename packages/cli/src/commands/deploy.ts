import { cloneUrl } from '../line/clone-url.ts'
import { deploy as deployLine } from '../line/deploy.ts'
import { cloudFrom, cloudOptions } from './cloud-options.ts'
import type { Command } from './command.ts'
import { optionText, projectOf } from './shared-options.ts'

export const deploy: Command = {
  options: [...cloudOptions, { flags: '--make-people', about: 'make the IAM users that the definition names' }],
  stopped: 'the stacks that were begun go on by themselves; tripoint deploy waits for them and does the rest',
  async run(_args, options, { report, signal }) {
    const { definition } = await projectOf(options)
    const cloud = cloudFrom(definition, options)
    const began = performance.now()
    const { synthTemplates } = await import('@tripoint/stacks')
    report({ type: 'step', text: `deploys ${definition.name}: base, then the accounts in parallel, then the pipeline` })
    const templates = synthTemplates(definition)
    await deployLine(definition, templates, cloud, {
      report,
      signal,
      makePeople: options.makePeople === true,
    })
    report({
      type: 'done',
      text: `${definition.name} is deployed`,
      seconds: (performance.now() - began) / 1000,
    })
    const url = await cloneUrl(cloud.account('shared'), definition.source.repository)
    const flags = ['config', 'state'].flatMap(name => {
      const value = optionText(options, name)
      return value === undefined || value === '.' ? [] : [` --${name} ${value}`]
    })
    report({ type: 'note', text: `next: upload the data, as a publisher: tripoint upload${flags.join('')}` })
    report({
      type: 'note',
      text: `      git push ${url} ${definition.source.branch}, which starts the line (tripoint env, or git-credential, lets git in)`,
    })
    report({
      type: 'note',
      text: 'AWS starts an execution when a pipeline is created; it fails while the repository is empty',
    })
  },
}
