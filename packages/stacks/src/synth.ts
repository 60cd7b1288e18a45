import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Access, accessList, type Definition } from '@tripoint/pipeline'
import { App } from 'aws-cdk-lib'
import { LineStack, usesKey } from './line-stack.ts'
import { pipelineDeclaration } from './pipeline-declaration.ts'
import { type StackPlan, stackPlans } from './plan.ts'

/** How one stack is deployed: `deploy` reads nothing else. */
export interface StackEntry {
  readonly name: string
  readonly account: string
  readonly region: string
  /** a file beside the manifest */
  readonly template: string
  /** parameter → the output of another stack that it takes */
  readonly parameters: Readonly<Record<string, { readonly stack: string; readonly output: string }>>
  readonly capabilities: readonly string[]
  readonly dependsOn: readonly string[]
}

export interface Synthesis {
  readonly manifest: { readonly pipeline: string; readonly stacks: readonly StackEntry[] }
  /** by the stack's name */
  readonly templates: Readonly<Record<string, CloudFormationTemplate>>
  /** for `aws codepipeline create-pipeline --cli-input-json` */
  readonly pipeline: unknown
  readonly access: readonly Access[]
}

export interface CloudFormationTemplate {
  readonly Description?: string
  readonly Parameters?: Readonly<Record<string, unknown>>
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }>
  >
  readonly Outputs?: Readonly<Record<string, unknown>>
}

export interface SynthOptions {
  /** the list to write policies from, in place of the definition's own: what if an entry were missing? */
  readonly access?: readonly Access[]
  /** the deployed key, for `pipeline.json`; until then a placeholder stands there */
  readonly keyArn?: string
  /** CDK's own validation: it takes a second or more, and prints what it finds */
  readonly validate?: boolean
}

export const KEY_ARN_PLACEHOLDER = '<KeyArn, an output of the base stack>'

export function synthTemplates(definition: Definition, options: SynthOptions = {}): Synthesis {
  const access = options.access ?? accessList(definition)
  const plans = stackPlans(definition, access)
  return {
    manifest: { pipeline: definition.name, stacks: plans.map(plan => entryOf(plan, plans[0]?.name ?? '')) },
    templates: templatesOf(plans, options.validate ?? false),
    pipeline: {
      pipeline: resolved(pipelineDeclaration(definition, options.keyArn ?? KEY_ARN_PLACEHOLDER), options.keyArn),
    },
    access,
  }
}

/** Writes the templates, `manifest.json`, `pipeline.json` and `access.json`. */
export function synth(definition: Definition, directory: string, options: SynthOptions = {}): Synthesis {
  const made = synthTemplates(definition, options)
  mkdirSync(directory, { recursive: true })
  const write = (file: string, value: unknown) =>
    writeFileSync(join(directory, file), `${JSON.stringify(value, null, 2)}\n`)
  for (const entry of made.manifest.stacks) write(entry.template, made.templates[entry.name])
  write('manifest.json', made.manifest)
  write('pipeline.json', made.pipeline)
  write('access.json', made.access)
  return made
}

const entryOf = (plan: StackPlan, base: string): StackEntry => ({
  name: plan.name,
  account: plan.account,
  region: plan.region,
  template: `${plan.name}.template.json`,
  parameters: usesKey(plan) ? { KeyArn: { stack: base, output: 'KeyArn' } } : {},
  capabilities: plan.resources.some(({ type }) => type.startsWith('AWS::IAM::')) ? ['CAPABILITY_NAMED_IAM'] : [],
  dependsOn: plan.dependsOn,
})

function templatesOf(plans: readonly StackPlan[], validate: boolean): Record<string, CloudFormationTemplate> {
  const outdir = mkdtempSync(join(tmpdir(), 'tripoint-synth-'))
  try {
    const app = new App({ outdir, analyticsReporting: false, treeMetadata: false })
    for (const plan of plans) new LineStack(app, plan)
    const assembly = quietly(() => app.synth(), validate)
    return Object.fromEntries(
      plans.map(plan => [plan.name, assembly.getStackByName(plan.name).template as CloudFormationTemplate]),
    )
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}

/** CDK is told in its environment not to validate. */
function quietly<T>(make: () => T, validate: boolean): T {
  const before = process.env.CDK_VALIDATION
  process.env.CDK_VALIDATION = String(validate)
  try {
    return make()
  } finally {
    if (before === undefined) delete process.env.CDK_VALIDATION
    else process.env.CDK_VALIDATION = before
  }
}

/** `create-pipeline` knows no intrinsics: what CloudFormation would join is joined here. */
function resolved(value: unknown, keyArn = KEY_ARN_PLACEHOLDER): unknown {
  if (Array.isArray(value)) return value.map(one => resolved(one, keyArn))
  if (typeof value !== 'object' || value === null) return value
  if ('Ref' in value) return keyArn
  if ('Fn::Join' in value) {
    const [mark, parts] = resolved(value['Fn::Join'], keyArn) as [string, string[]]
    return parts.join(mark)
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner, keyArn)]))
}
