import { resolve } from 'node:path'
import { initProject } from '../project/init.ts'
import type { Command } from './command.ts'

export const init: Command = {
  arguments: [{ name: '[directory]', about: 'where; the current folder without one' }],
  options: [],
  async run([directory = '.'], _options, { report }) {
    const config = directory === '.' ? '' : ` --config ${directory}`
    const written = await initProject(resolve(directory))
    report({ type: 'table', title: resolve(directory), columns: ['written'], rows: written.map(file => [file]) })
    report({
      type: 'note',
      text: `next: tripoint twin, in another terminal; then tripoint deploy${config} --state .tripoint --make-people`,
    })
  },
}
