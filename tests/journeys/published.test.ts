import { execFile, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  type Parameter,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation'
import {
  CodePipelineClient,
  CreatePipelineCommand,
  DeletePipelineCommand,
  GetPipelineCommand,
} from '@aws-sdk/client-codepipeline'
import { CreateUserCommand, IAMClient } from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { namesOf } from '@tripoint/pipeline'
import type { StackEntry } from '@tripoint/stacks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Connection, client } from '../../packages/cli/src/cloud/cloud.ts'
import { push } from '../../packages/cli/src/demo/push.ts'
import { predict } from '../../packages/cli/src/line/invoke.ts'
import { outputsOf } from '../../packages/cli/src/line/stack.ts'
import { type Line, openLine } from './line.ts'

// The published way of working: templates are uploaded by hand, the pipeline is created from its JSON, data is uploaded,
// the workflow committed. Everything comes from the files that `tripoint synth` writes.

let line: Line
let out: string
beforeAll(async () => {
  line = await openLine()
  out = join(line.place.root, 'out')
  synth()
})
afterAll(async () => line?.close())

const main = join(import.meta.dirname, '../../packages/cli/src/main.ts')
const file = (name: string) => readFileSync(join(out, name), 'utf8')
const json = (name: string) => JSON.parse(file(name))
const stacks = (): StackEntry[] => json('manifest.json').stacks
const hasPipeline = ({ template }: StackEntry) => file(template).includes('"AWS::CodePipeline::Pipeline"')

function synth(...more: string[]) {
  const args = [main, 'synth', '--config', line.place.project, '--out', out, ...more]
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
}

const connectionTo = (account: string): Connection => {
  const role = Object.entries(line.definition.accounts).find(([, id]) => id === account)?.[0] ?? ''
  return line.cloud.account(role)
}

const outputs: Record<string, Record<string, string>> = {}

async function create(stack: StackEntry, template: { TemplateBody: string } | { TemplateURL: string }) {
  const cloudformation = client(CloudFormationClient, connectionTo(stack.account))
  const Parameters = Object.entries(stack.parameters).map(
    ([ParameterKey, from]): Parameter => ({ ParameterKey, ParameterValue: outputs[from.stack]?.[from.output] ?? '' }),
  )
  const Capabilities = stack.capabilities as 'CAPABILITY_NAMED_IAM'[]
  const input = { StackName: stack.name, ...template, Parameters }
  if (Capabilities.length > 0)
    await expect(cloudformation.send(new CreateStackCommand(input))).rejects.toThrow(
      /^Requires capabilities : \[CAPABILITY_NAMED_IAM\]$/,
    )
  await cloudformation.send(new CreateStackCommand({ ...input, Capabilities }))
  await waitUntilStackCreateComplete(
    { client: cloudformation, maxWaitTime: 20, minDelay: 0.1, maxDelay: 0.2 },
    { StackName: stack.name },
  )
  const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName: stack.name }))
  outputs[stack.name] = outputsOf(Stacks?.[0])
}

test('no template needs a bootstrapped account, an asset, a transform or a macro', () => {
  for (const { template } of stacks()) {
    const { Parameters = {}, Rules, Transform, Metadata } = json(template)
    expect([template, Object.keys(Parameters), Rules, Transform, Metadata]).toEqual([
      template,
      Object.keys(stacks().find(stack => stack.template === template)?.parameters ?? {}),
      undefined,
      undefined,
      undefined,
    ])
    expect(file(template)).not.toMatch(/cdk-|\/cdk|aws:cdk|AssetParameters|AWS::SSM|"S3Bucket"|"TemplateURL"/)
  }
})

test('the templates go up by hand, in the order and with the parameters of the manifest', async () => {
  const iam = client(IAMClient, line.account('shared'))
  for (const UserName of ['publisher', 'approver']) await iam.send(new CreateUserCommand({ UserName }))
  const byHand = stacks().filter(stack => !hasPipeline(stack))
  expect(byHand.map(({ name }) => name)).toEqual(['churn-base', 'churn-training', 'churn-production'])
  for (const stack of byHand.slice(0, 2)) await create(stack, { TemplateBody: file(stack.template) })

  const [, , production] = byHand as [StackEntry, StackEntry, StackEntry]
  const s3 = client(S3Client, connectionTo(production.account))
  const Bucket = `templates-${production.account}`
  await s3.send(new CreateBucketCommand({ Bucket }))
  await s3.send(new PutObjectCommand({ Bucket, Key: production.template, Body: file(production.template) }))
  const TemplateURL = `https://${Bucket}.s3.${production.region}.amazonaws.com/${production.template}`
  await create(production, { TemplateURL })
}, 60_000)

test('the pipeline is created from its JSON, and the line runs', async () => {
  const { definition, place, twin } = line
  const shared = line.account('shared')
  const before = stacks().map(({ template }) => file(template))
  synth('--key-arn', outputs['churn-base']?.KeyArn ?? '')
  expect(stacks().map(({ template }) => file(template))).toEqual(before)
  expect(file('pipeline.json')).not.toMatch(/[<>]/)

  const codepipeline = client(CodePipelineClient, shared)
  const made = async () => (await codepipeline.send(new GetPipelineCommand({ name: definition.name }))).pipeline
  await codepipeline.send(new CreatePipelineCommand(json('pipeline.json')))
  const bySdk = await made()
  expect(bySdk).toMatchObject(json('pipeline.json').pipeline)
  if (await hasCli()) {
    await codepipeline.send(new DeletePipelineCommand({ name: definition.name }))
    const input = `file://${join(out, 'pipeline.json')}`
    const answer = await aws('codepipeline', 'create-pipeline', '--cli-input-json', input)
    expect(answer.pipeline.name).toBe(definition.name)
    expect(await made()).toEqual(bySdk)
  }

  await line.prepare()
  const url = outputs['churn-base']?.RepositoryCloneUrlHttp ?? ''
  expect(url.startsWith(twin.endpoint)).toBe(true)
  await push(place.project, url, 'main', 'The workflow', shared)
  expect(await line.finish(await line.start())).toEqual({ status: 'Succeeded' })

  const row = readFileSync(join(place.project, 'data/validation-labelled.csv'), 'utf8').split('\n')[0] ?? ''
  const endpoint = Object.values(namesOf(definition).stages).find(stage => stage.kind === 'deploy-endpoint')?.endpoint
  const [score = 0] = await predict(line.account('production'), endpoint?.name ?? '', [row.replace(/^[^,]*,/, '')])
  expect(score).toBeGreaterThan(0)
  expect(score).toBeLessThan(1)
}, 90_000)

const run = promisify(execFile)

const hasCli = () =>
  run('aws', ['--version'], { timeout: 20_000 }).then(
    () => true,
    () => false,
  )

/** As the reader of the article does it. */
async function aws(...args: string[]) {
  const { region, credentials } = line.account('shared')
  const config = join(line.place.root, 'aws-config')
  writeFileSync(config, '')
  const { accessKeyId, secretAccessKey } = credentials as { accessKeyId: string; secretAccessKey: string }
  const { stdout } = await run('aws', args, {
    timeout: 30_000,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      AWS_CONFIG_FILE: config,
      AWS_SHARED_CREDENTIALS_FILE: config,
      AWS_ENDPOINT_URL: line.twin.endpoint,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    },
  })
  return JSON.parse(stdout)
}
