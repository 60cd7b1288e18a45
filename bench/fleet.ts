import { type Definition, definePipeline } from '@tripoint/pipeline'
import type { Input } from '@tripoint/proof'
import { synthTemplates } from '@tripoint/stacks'

const account = (index: number): string => String(100_000_000_000 + (index % 50) * 7)

/** One of many lines that share fifty accounts: it trains in one and deploys to three. */
const lineOf = (index: number): Definition => {
  const deploy = (to: string) =>
    ({
      kind: 'deploy-endpoint',
      name: to,
      account: to,
      endpoint: `m${index}-${to}`,
      instanceType: 'ml.m5.large',
    }) as const
  return definePipeline({
    name: `model-${index}`,
    region: 'us-east-1',
    accounts: {
      shared: account(index),
      training: account(index + 17),
      staging: account(index + 23),
      europe: account(index + 31),
      asia: account(index + 37),
    },
    source: { kind: 'codecommit', repository: `model-${index}`, branch: 'main' },
    stages: [
      { kind: 'train', name: 'Train', account: 'training', template: 'training.template.json' },
      deploy('staging'),
      { kind: 'approve' },
      deploy('europe'),
      deploy('asia'),
    ],
    people: { publishers: [`arn:aws:iam::${account(index)}:user/publisher-${index}`] },
  })
}

export interface Fleet {
  readonly definitions: readonly Definition[]
  readonly inputs: readonly Input[]
}

/** So many lines with their templates. */
export function fleetOf(lines: number): Fleet {
  const definitions = Array.from({ length: lines }, (_line, index) => lineOf(index))
  return { definitions, inputs: definitions.flatMap(templatesOf) }
}

export function templatesOf(definition: Definition): Input[] {
  const { manifest, templates } = synthTemplates(definition)
  return manifest.stacks.map(({ name, template, account, region, parameters }) => ({
    ...{ name: template, text: JSON.stringify(templates[name], null, 2), stack: name, account, region, parameters },
  }))
}
