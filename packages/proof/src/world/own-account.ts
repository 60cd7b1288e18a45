import type { Finding } from '../source/finding.ts'
import { assumedAccount, isAccountName, stem } from '../template/assumption.ts'
import type { Template } from '../template/template.ts'
import { entryOf, isObject, member } from '../template/value.ts'
import { lastPart } from './built.ts'
import type { Input, WorldOptions } from './input.ts'

export interface OwnAccount {
  readonly id: string
  readonly known: 'given' | 'assumed'
  /** what it was gathered from; undefined when it was said */
  readonly because?: string
}

interface Given {
  readonly input: Input
  readonly template: Template
}

const ROLE = /arn:[^:\s"]*:iam::(\d{12}|\$\{(\w+)\}):role\/([\w+=,.@/-]+)/g

/**
 * The account that a template is for: the one that was given; the one that its key policy leaves the key to; that of a role
 * which it passes on; the one in which others expect the roles that it makes; the one whose parameter is named in the template's own name; else a number of its own.
 */
export function ownAccounts(all: readonly Given[], options: WorldOptions): ReadonlyMap<Input, OwnAccount> {
  const context: Context = { options, assumed: new Set() }
  const named = namedRoles(all, context)
  const words = new Map<string, string>()
  for (const { template } of all) {
    for (const name of Object.keys(template.parameters)) {
      if (isAccountName(name)) words.set(stem(name), accountOf(name, template, undefined, context))
    }
  }
  for (const [label, id] of Object.entries(options.accounts ?? {})) words.set(stem(label), id)
  return new Map(all.map(({ input, template }) => [input, ownAccount(input, template, { context, named, words })]))
}

interface Evidence {
  readonly context: Context
  /** role name → accounts in which an ARN has it */
  readonly named: ReadonlyMap<string, ReadonlySet<string>>
  /** `training` → account */
  readonly words: ReadonlyMap<string, string>
}

function ownAccount(input: Input, template: Template, { context, named, words }: Evidence): OwnAccount {
  if (input.account !== undefined && /^\d{12}$/.test(input.account)) return { id: input.account, known: 'given' }
  const known = (id: string) => (context.assumed.has(id) ? 'assumed' : 'given')
  const keeper = keyOwner(template)
  if (keeper !== undefined) {
    const id = /^\d{12}$/.test(keeper) ? keeper : accountOf(keeper, template, input, context)
    return { id, known: known(id), because: 'its key policy leaves the key to that account' }
  }
  const passed = passedRole(template)
  if (passed !== undefined) {
    return {
      id: passed,
      known: 'given',
      because: 'what it makes works with a role of that account, and a role is never passed across',
    }
  }
  for (const { type, declaration } of template.resources.values()) {
    const name = type === 'AWS::IAM::Role' ? member(member(declaration, 'Properties'), 'RoleName') : undefined
    const [id, ...more] = typeof name === 'string' ? (named.get(name) ?? []) : []
    if (id !== undefined && more.length === 0) {
      return { id, known: known(id), because: `role ${String(name)}, which it makes, is named in that account` }
    }
  }
  const title = ` ${stem(`${input.stack ?? ''} ${input.label ?? ''} ${baseName(input.name)}`)} `
  const matching = [...words].filter(([word]) => word !== '' && title.includes(` ${word} `))
  const [only] = matching
  if (only && matching.length === 1) {
    return { id: only[1], known: known(only[1]), because: `its name says ${only[0]}` }
  }
  return {
    id: assumedAccount(`stack ${input.stack ?? baseName(input.name)}`),
    known: 'assumed',
    because: 'nothing says which account it is for, so the number was made up',
  }
}

export const baseName = (path: string): string =>
  path
    .slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
    .replace(/(\.template)?\.(json|ya?ml|template)$/i, '')

interface Context {
  readonly options: WorldOptions
  /** the numbers that were made up so far */
  readonly assumed: Set<string>
}

function accountOf(name: string, template: Template, input: Input | undefined, context: Context): string {
  const { parameters = {} } = context.options
  const given = entryOf(input?.parameters ?? {}, name)
  const value = given ?? entryOf(parameters, name)
  const preset = value ?? member(member(template.parameters, name), 'Default')
  if (typeof preset === 'string' && /^\d{12}$/.test(preset)) return preset
  const id = assumedAccount(name)
  context.assumed.add(id)
  return id
}

/** A number, or the parameter that holds it: whom the key policy gives everything. */
function keyOwner(template: Template): string | undefined {
  for (const { type, declaration } of template.resources.values()) {
    if (type !== 'AWS::KMS::Key') continue
    const statements = member(member(member(declaration, 'Properties'), 'KeyPolicy'), 'Statement')
    for (const statement of Array.isArray(statements) ? (statements as unknown[]) : [statements]) {
      if (!isObject(statement) || !JSON.stringify(member(statement, 'Action') ?? '').includes('"kms:*"')) continue
      const owners = JSON.stringify(member(statement, 'Principal') ?? '')
      const [, number, sub, join] = /iam::(?:(\d{12})|\$\{(\w+)\}|",\{"Ref":"(\w+)"\},"):root/.exec(owners) ?? []
      const found = number ?? sub ?? join
      if (found !== undefined) return found
    }
  }
  return undefined
}

/** Where the role has to be in the account of what it is passed to. */
const PASSED: Readonly<Record<string, string>> = {
  'AWS::CodePipeline::Pipeline': 'RoleArn',
  'AWS::StepFunctions::StateMachine': 'RoleArn',
  'AWS::Lambda::Function': 'Role',
  'AWS::CodeBuild::Project': 'ServiceRole',
  'AWS::SageMaker::Model': 'ExecutionRoleArn',
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html */
function passedRole(template: Template): string | undefined {
  for (const { type, declaration } of template.resources.values()) {
    const name = entryOf(PASSED, type)
    const arn = name === undefined ? undefined : member(member(declaration, 'Properties'), name)
    const [, account] = /^arn:[^:]*:iam::(\d{12}):role\//.exec(typeof arn === 'string' ? arn : '') ?? []
    if (account !== undefined) return account
  }
  return undefined
}

function namedRoles(all: readonly Given[], context: Context): ReadonlyMap<string, ReadonlySet<string>> {
  const named = new Map<string, Set<string>>()
  for (const { input, template } of all) {
    for (const [, account = '', parameter, name = ''] of input.text.matchAll(ROLE)) {
      const id =
        parameter === undefined
          ? account
          : member(template.parameters, parameter) && accountOf(parameter, template, input, context)
      if (typeof id !== 'string') continue
      const key = lastPart(name)
      named.set(key, (named.get(key) ?? new Set()).add(id))
    }
  }
  return named
}

export function accountFinding({ template }: Given, own: OwnAccount): Finding | undefined {
  if (own.because === undefined) return undefined
  return {
    code: 'assumed-account',
    severity: own.known === 'given' ? 'note' : 'warning',
    message: `nobody says which account it is deployed into; it is taken to be ${own.id}: ${own.because}`,
    consequence: 'what crosses accounts is judged by that number',
    cure: 'say it: --account FILE=111122223333',
    spot: { file: template.file, path: [] },
  }
}
