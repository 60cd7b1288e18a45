import { join } from 'node:path'
import { namesOf } from '@tripoint/pipeline'
import { asUser } from '../line/people.ts'
import { uploadFolder } from '../line/upload.ts'
import { Failure } from '../report/failure.ts'
import { cloudFrom, cloudOptions } from './cloud-options.ts'
import type { Command } from './command.ts'
import { optionText, projectOf } from './shared-options.ts'

export const upload: Command = {
  arguments: [{ name: '[folder]', about: "the CSV files; the definition's data folder beside it without one" }],
  options: [...cloudOptions, { flags: '--stage <name>', about: 'of several training stages, this one' }],
  notes:
    'Only publishers may upload. On AWS, --profile shared=NAME is a publisher’s profile; on a twin, --state takes the first publisher.',
  async run([folder], options, { report }) {
    const { definition, directory } = await projectOf(options)
    const shared = cloudFrom(definition, options).account('shared')
    const wanted = optionText(options, 'stage')
    const stage = definition.stages
      .filter(stage => stage.kind === 'train')
      .find(({ name }) => wanted === undefined || name === wanted)
    if (stage === undefined) throw new Failure(`the line has no training stage ${wanted ?? ''}`)
    const { bucket } = namesOf(definition)
    const from = folder ?? join(directory, stage.data)
    const [publisher] = definition.people.publishers.filter(arn => arn.includes(':user/'))
    const keys =
      options.state !== undefined && publisher !== undefined
        ? await asUser(shared, publisher, as => uploadFolder(as, bucket, from, stage.data))
        : await uploadFolder(shared, bucket, from, stage.data)
    for (const key of keys) report({ type: 'note', text: `s3://${bucket}/${key}` })
  },
}
