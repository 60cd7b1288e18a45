import { definitionSchema, type TrainStage } from '../definition/schema.ts'
import { workflowParameters } from '../kinds/train.ts'
import { hasXgboostImage, xgboostRegions } from '../names/images.ts'
import { namesOf, SHARED } from '../names/names.ts'
import { clashFindings } from './clash-findings.ts'
import type { Finding } from './finding.ts'

/**
 * What fields say about each other. It reads what it can of the raw input, so that one wrong field does not hide the others.
 */
export function lineFindings(input: unknown): Finding[] {
  const line = read(input)
  return [
    ...accountFindings(line),
    ...stageFindings(line),
    ...imageFindings(line),
    ...peopleFindings(line),
    ...lengthFindings(input, line),
  ]
}

interface Line {
  readonly name: string
  readonly region: string
  readonly accounts: Readonly<Record<string, unknown>>
  readonly stages: readonly Readonly<Record<string, unknown>>[]
  readonly people: Readonly<Record<string, unknown>>
}

function accountFindings({ accounts }: Line): Finding[] {
  const findings: Finding[] = []
  if (accounts[SHARED] === undefined)
    findings.push({
      path: `accounts.${SHARED}`,
      value: undefined,
      allowed: 'the account that holds the repository, the bucket, the key and the pipeline',
      cure: `add accounts: { ${SHARED}: '…' }`,
    })
  for (const reserved of ['base', 'pipeline'])
    if (reserved in accounts)
      findings.push({
        path: `accounts.${reserved}`,
        value: accounts[reserved],
        allowed: 'any other role; stacks of this name are part of every line',
        cure: `rename it, for example to "${reserved}-account"`,
      })
  const seen = new Map<unknown, string>()
  for (const [role, id] of Object.entries(accounts)) {
    const first = seen.get(id)
    if (first !== undefined)
      findings.push({
        path: `accounts.${role}`,
        value: id,
        allowed: `an account that no other role has; ${first} has this one`,
        cure: `use the role "${first}" in the stages too, or give ${role} an account of its own`,
      })
    seen.set(id, first ?? role)
  }
  return findings
}

function stageFindings({ stages, accounts }: Line): Finding[] {
  const findings: Finding[] = []
  const names = new Set<string>(['source'])
  let trained = false
  stages.forEach((stage, index) => {
    const path = `stages[${index}]`
    const name = stageNameOf(stage)
    if (names.has(name.toLowerCase()))
      findings.push({
        path: `${path}.name`,
        value: name,
        allowed: 'a name that no other stage has; Source is taken, and case does not tell two names apart',
        cure: `name it: { name: '${name}2', … }`,
      })
    names.add(name.toLowerCase())
    if (stage.kind === 'train') trained = true
    if (stage.kind === 'deploy-endpoint' && !trained)
      findings.push({
        path,
        value: 'deployEndpoint without a model',
        allowed: 'a deployEndpoint stage after a train stage, whose model it deploys',
        cure: 'put a train(…) stage before it',
      })
    if (typeof stage.account === 'string' && (!(stage.account in accounts) || stage.account === SHARED))
      findings.push({
        path: `${path}.account`,
        value: stage.account,
        allowed:
          Object.keys(accounts)
            .filter(role => role !== SHARED)
            .join(', ') || `an account beside ${SHARED}`,
        cure:
          stage.account === SHARED
            ? `give the stage an account of its own`
            : `add it to accounts, or use one that is there`,
      })
  })
  if (stages.length > 0 && !trained && stages.every(stage => stage.kind === 'approve'))
    findings.push({
      path: 'stages',
      value: stages.map(stageNameOf),
      allowed: 'at least one stage that does something',
      cure: 'add a train(…) stage',
    })
  return findings
}

function imageFindings({ region, stages }: Line): Finding[] {
  // A region that is no region has a finding of its own.
  if (hasXgboostImage(region) || !/^[a-z]+-[a-z]+-\d$/.test(region)) return []
  return stages.flatMap((stage, index) =>
    stage.kind === 'train' && stage.image === undefined
      ? [
          {
            path: `stages[${index}].image`,
            value: undefined,
            allowed: `an image URI; SageMaker's XGBoost is known in ${xgboostRegions.join(', ')}`,
            cure: `name the image for ${region || 'your region'}`,
          },
        ]
      : [],
  )
}

function peopleFindings({ people, accounts }: Line): Finding[] {
  const shared = accounts[SHARED]
  return Object.entries(people).flatMap(([part, arns]) =>
    (Array.isArray(arns) ? arns : []).flatMap((arn: unknown, index) =>
      typeof arn === 'string' && typeof shared === 'string' && !arn.startsWith(`arn:aws:iam::${shared}:`)
        ? [
            {
              path: `people.${part}[${index}]`,
              value: arn,
              allowed: `users and roles of the ${SHARED} account ${shared}`,
              cure: 'make a role for them in that account, which they assume',
            },
          ]
        : [],
    ),
  )
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: role names, 64; S3 buckets, and SageMaker's names, 63. */
function lengthFindings(input: unknown, line: Line): Finding[] {
  const parsed = definitionSchema.safeParse(input)
  if (!parsed.success || accountFindings(line).length > 0 || stageFindings(line).length > 0) return []
  const definition = parsed.data
  const names = namesOf(definition)
  const findings = over('name', names.bucket, 63, 'bucket', 'shorten the name of the pipeline')
  definition.stages.forEach((stage, index) => {
    const made = names.stages[stage.name]
    const path = `stages[${index}].name`
    const cure = 'shorten the name of the pipeline or of the stage'
    if (made === undefined || made.kind === 'approve') return
    if (stage.kind === 'train') findings.push(...parameterFindings(stage, { definition, names }, `stages[${index}]`))
    const roles = Object.entries(made).flatMap(([key, value]) =>
      key.endsWith('Role') ? [(value as { name: string }).name] : [],
    )
    const longest = roles.toSorted((a, b) => b.length - a.length)[0] ?? ''
    // A uuid and its hyphen follow in the names of training jobs, models and endpoint configurations.
    const prefix = made.kind === 'train' ? made.jobs : made.deployments
    const what = made.kind === 'train' ? 'training-job prefix' : 'model-name prefix'
    findings.push(...over(path, longest, 64, 'IAM role', cure), ...over(path, prefix, 26, what, cure))
  })
  return [...findings, ...clashFindings(definition)]
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html: a value of an action's configuration. */
function parameterFindings(stage: TrainStage, line: Parameters<typeof workflowParameters>[1], path: string): Finding[] {
  const KeyArn = line.names.keyArn.replace('*', '00000000-0000-0000-0000-000000000000')
  const text = JSON.stringify({ ...workflowParameters(stage, line), KeyArn })
  return over(path, text, 1000, "set of the workflow's parameters", 'shorten the image or the folder of the data')
}

const over = (path: string, made: string, limit: number, what: string, cure: string): Finding[] =>
  made.length <= limit
    ? []
    : [{ path, value: made, allowed: `a ${what} of at most ${limit} characters (this one has ${made.length})`, cure }]

const DEFAULT_NAMES: Readonly<Record<string, string>> = {
  train: 'Train',
  approve: 'Approve',
  'deploy-endpoint': 'Deploy',
}

const stageNameOf = (stage: Readonly<Record<string, unknown>>): string =>
  typeof stage.name === 'string' ? stage.name : (DEFAULT_NAMES[String(stage.kind)] ?? '')

function read(input: unknown): Line {
  const top = record(input)
  const stages = Array.isArray(top.stages) ? top.stages.map(record) : []
  return {
    name: text(top.name),
    region: text(top.region),
    accounts: record(top.accounts),
    stages,
    people: record(top.people),
  }
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
