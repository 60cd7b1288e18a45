import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { type Definition, namesOf } from '@tripoint/pipeline'
import { afterEach, expect, test } from 'vitest'
import example from '../../examples/churn/tripoint.config.ts'
import { client } from '../../packages/cli/src/cloud/cloud.ts'
import { people } from '../../packages/cli/src/demo/people.ts'
import { nextExecution } from '../../packages/cli/src/line/start.ts'
import { executions } from '../../packages/cli/src/line/watch.ts'
import { everyOccasion } from './every-occasion.ts'
import { type Line, openLine } from './line.ts'

/** Starts on new data too, and its deployer reports as itself. */
const variant: Definition = {
  ...example,
  retrainOn: 'data',
  stages: example.stages.map(stage =>
    stage.kind === 'deploy-endpoint' ? { ...stage, reportVia: 'self', keep: 1 } : stage,
  ),
}

let line: Line | undefined
afterEach(async () => line?.close())

test('new training data starts the line, and what the line itself writes does not', async () => {
  line = await openLine(undefined, { definition: variant })
  const shared = line.account('shared')
  const known = async () => (await executions(shared, variant.name)).map(({ pipelineExecutionId: id = '' }) => id)
  await line.deploy()
  await line.prepare()
  const first = await line.push('First')
  expect(await line.finish(first.id)).toEqual({ status: 'Succeeded' })

  const before = await known()
  const publisher = variant.people.publishers[0] ?? ''
  const credentials = (await people(variant, shared, line.place))[publisher] ?? shared.credentials
  const upload = { Bucket: namesOf(variant).bucket, Key: 'data/extra/notes.csv', Body: '1,2\n' }
  await client(S3Client, { ...shared, credentials }).send(new PutObjectCommand(upload))
  const { id, trigger } = await nextExecution(shared, variant.name, new Set(before), { pace: 20, seconds: 20 })
  expect(trigger).toBe(`CloudWatchEvent ${namesOf(variant).dataRule.arn}`)
  expect(await line.finish(id)).toEqual({ status: 'Succeeded' })

  // Its artifact, its model: both lie in the same bucket, in other folders.
  const written = line
    .audit()
    .filter(({ operation, verdicts }) => operation === 'PutObject' && verdicts.every(({ allowed }) => allowed))
    .map(({ verdicts }) => verdicts[0]?.resource.split(':::')[1]?.split('/')[1])
  expect(new Set(written)).toEqual(new Set(['data', 'churn', 'models']))
  expect(await known()).toEqual([id, ...before])
}, 90_000)

test('also where data starts it and the deployer reports as itself, the accesses used are the access list', async () => {
  line = await openLine(undefined, { definition: variant })
  expect(line.list.map(({ id }) => id)).toContain('deploy/deployer-role/codepipeline:PutJobFailureResult/job')
  expect(line.list.filter(({ id }) => id.includes('reporter'))).toEqual([])
  await everyOccasion(line)
}, 170_000)
