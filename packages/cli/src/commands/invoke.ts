import { readFile } from 'node:fs/promises'
import { namesOf } from '@tripoint/pipeline'
import { accountById } from '../cloud/accounts.ts'
import { predict } from '../line/invoke.ts'
import { Failure } from '../report/failure.ts'
import { cloudFrom, cloudOptions } from './cloud-options.ts'
import type { Command } from './command.ts'
import { optionText, projectOf } from './shared-options.ts'

export const invoke: Command = {
  arguments: [{ name: '[file]', about: 'a CSV file; standard input without one' }],
  options: [...cloudOptions, { flags: '--endpoint <name>', about: 'of several endpoints, this one' }],
  notes: 'cut -d, -f2- data/validation-labelled.csv | tripoint invoke    (a row without its label, the first column)',
  async run([file], options, { report, input }) {
    const { definition } = await projectOf(options)
    const wanted = optionText(options, 'endpoint')
    const stages = Object.values(namesOf(definition).stages).filter(stage => stage.kind === 'deploy-endpoint')
    const stage = stages.find(({ endpoint }) => wanted === undefined || endpoint.name === wanted)
    if (stage === undefined)
      throw new Failure(
        `the line has no endpoint ${wanted ?? ''}`,
        `name one of ${stages.map(({ endpoint }) => endpoint.name).join(', ')}`,
      )
    const text = file === undefined ? await input() : await readFile(file, 'utf8').catch(() => undefined)
    if (text === undefined) throw new Failure(`${file} cannot be read`, 'name a CSV file of features')
    const rows = text
      .split('\n')
      .map(row => row.trim())
      .filter(row => row !== '')
    const connection = accountById(definition, cloudFrom(definition, options), stage.account)
    const endpoint = stage.endpoint.name
    for (const score of await predict(connection, endpoint, rows))
      report({ type: 'prediction', endpoint, body: String(score) })
  },
}
