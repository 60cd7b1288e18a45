import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import {
  accountOfArn,
  type Definition,
  namesOf,
  type PipelineAction,
  pipelineStages,
  type Template,
} from '@tripoint/pipeline'
import { type Finding, type Input, placedInputs, type ReadOptions, readInputs } from '@tripoint/proof'
import { Failure } from '../report/failure.ts'
import { definitionAt, loadProject, type Project } from './load.ts'

export interface Inputs {
  readonly inputs: readonly Input[]
  /** what could not be read */
  readonly findings: readonly Finding[]
  readonly definition?: Definition
  /** the folder of the definition */
  readonly directory?: string
}

const fromHere = (path: string): string => relative(process.cwd(), path) || path

/**
 * The templates at `paths`. A folder with a definition, or the definition itself, stands for the templates that are made of
 * it and those that its pipeline deploys; what else is given is templates as they are, and folders of them.
 */
export async function inputsOf(paths: readonly string[], given: ReadOptions = {}): Promise<Inputs> {
  const options = { nameOf: fromHere, ...given }
  const projects = paths.filter(path => definitionAt(path) !== undefined)
  if (projects.length > 1)
    throw new Failure(`${projects.join(' and ')} are definitions, and one line is looked at`, 'name one of them')
  const read = readInputs(
    paths.filter(path => !projects.includes(path)),
    options,
  )
  if (projects[0] === undefined)
    return { ...read, inputs: placedInputs(read.inputs, given.accounts ? { accounts: given.accounts } : {}) }
  const project = await loadProject(projects[0])
  const made = await madeOf(project.definition, options.nameOf)
  const workflows = await workflowsOf(project, options.nameOf)
  return {
    inputs: [...made, ...workflows.inputs, ...read.inputs],
    findings: [...workflows.findings, ...read.findings],
    ...project,
  }
}

/** The line's own templates, with the text that `tripoint synth` writes. */
async function madeOf(definition: Definition, nameOf: (path: string) => string): Promise<Input[]> {
  const { synthTemplates } = await import('@tripoint/stacks')
  const { manifest, templates } = synthTemplates(definition)
  return manifest.stacks.map(({ name, account, region, template, parameters }) => ({
    name: nameOf(join(process.cwd(), 'tripoint.out', template)),
    text: `${JSON.stringify(templates[name], null, 2)}\n`,
    stack: name,
    account,
    region,
    label: labelOf(definition, account),
    parameters,
  }))
}

const labelOf = (definition: Definition, account: string): string =>
  Object.entries(definition.accounts).find(([, id]) => id === account)?.[0] ?? account

/** The templates of the user's that the pipeline deploys, each with the parameters that its action passes. */
async function workflowsOf({ definition, directory }: Project, nameOf: (path: string) => string) {
  const actions = pipelineStages(definition).flatMap(stage => stage.actions)
  const read = await Promise.all(
    actions
      .filter(({ provider }) => provider === 'CloudFormation')
      .map(action => workflowOf(definition, directory, action, nameOf)),
  )
  return { inputs: read.flatMap(({ input }) => input ?? []), findings: read.flatMap(({ finding }) => finding ?? []) }
}

async function workflowOf(
  definition: Definition,
  directory: string,
  action: PipelineAction,
  nameOf: (path: string) => string,
): Promise<{ input?: Input; finding?: Finding }> {
  const { StackName, TemplatePath, ParameterOverrides } = action.configuration
  const path = join(directory, textOf(TemplatePath).replace(/^.*?::/, ''))
  const account = action.role === undefined ? '' : accountOfArn(action.role.arn)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => error)
  if (typeof text !== 'string') return { finding: unreadable(nameOf(path), text, action) }
  return {
    input: {
      name: nameOf(path),
      text,
      stack: textOf(StackName),
      account,
      region: definition.region,
      label: labelOf(definition, account),
      parameters: overridesOf(definition, ParameterOverrides),
    },
  }
}

const unreadable = (file: string, { code, message }: NodeJS.ErrnoException, { name }: PipelineAction): Finding => ({
  code: 'unreadable-template',
  severity: 'error',
  message: code === 'ENOENT' ? `${file} is not there` : `${file} cannot be read: ${message}`,
  consequence: `the action ${name} deploys it, and what it makes is not proved`,
  cure: 'write it, or name another template in the definition',
})

/** Stands for the key's ARN, which is an output of the base stack, while the pipeline's JSON text is put together. */
const KEY = '<KeyArn>'

function overridesOf(definition: Definition, overrides: Template | undefined): NonNullable<Input['parameters']> {
  const { base } = namesOf(definition).stacks
  const passed = JSON.parse(textOf(overrides) || '{}') as Record<string, string>
  return Object.fromEntries(
    Object.entries(passed).map(([name, value]) => [name, value === KEY ? { stack: base, output: 'KeyArn' } : value]),
  )
}

/** Text, and text that CloudFormation joins. */
function textOf(value: Template | undefined): string {
  if (typeof value !== 'object' || value === null) return String(value ?? '')
  if (!('Fn::Join' in value)) return KEY
  const [mark, parts] = value['Fn::Join'] as readonly [string, readonly Template[]]
  return parts.map(textOf).join(mark)
}
