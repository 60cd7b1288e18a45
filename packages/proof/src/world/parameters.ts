import type { Finding } from '../source/finding.ts'
import type { Path } from '../source/spot.ts'
import { accountPositions, assumed, isAccountName } from '../template/assumption.ts'
import type { DeployedStack, Surroundings } from '../template/stack.ts'
import type { Template } from '../template/template.ts'
import { entryOf, isScalar, type Json, member, placeholder } from '../template/value.ts'
import type { Input, WorldOptions } from './input.ts'

interface Candidate {
  readonly stack: DeployedStack
  readonly template: Template
  readonly input: Input
}

/** What a template is told by its deployment and by the other templates: parameters, outputs and exports. */
export interface Universe {
  readonly candidates: readonly Candidate[]
  readonly options: WorldOptions
  readonly report: (finding: Finding) => void
}

export function surroundings(universe: Universe, input: Input, template: Template): Surroundings {
  const { report } = universe
  const others = () => universe.candidates.filter(candidate => candidate.input !== input)
  const own = () => universe.candidates.find(candidate => candidate.input === input)!.stack
  let positions: ReadonlySet<string> | undefined

  function given(name: string): unknown {
    const value = entryOf(input.parameters ?? {}, name)
    if (value === undefined) return entryOf(universe.options.parameters ?? {}, name)
    if (typeof value === 'string') return value
    const from = universe.candidates.find(({ stack }) => stack.site.stack === value.stack)
    const handed = from?.stack.output(value.output)
    if (handed === undefined) report(noOutput(name, value.stack, value.output, from !== undefined, template))
    return handed
  }

  /** A template that hands on a value under the very name, or under the end of it: `KMSKeyARN` for `SharedKMSKeyARN`. */
  function handedOn(name: string, at: Path): unknown {
    const outputs = others().flatMap(({ stack, template: { outputs } }) =>
      Object.keys(outputs).map(output => ({ stack, output })),
    )
    const same = outputs.filter(({ output }) => output === name)
    const ending = outputs.filter(({ output }) => output.length > 5 && name.endsWith(output))
    const found = same.length > 0 ? same : ending
    const [first] = found
    const value = first?.stack.output(first.output)
    if (!first || !isScalar(value)) return undefined
    if (found.length > 1 && new Set(found.map(({ stack, output }) => stack.output(output))).size > 1) return undefined
    report({
      code: 'assumed-parameter',
      severity: 'note',
      message: `nobody gives parameter ${name} a value; it is taken to be output ${first.output} of ${first.stack.file.name}: ${value}`,
      cure: `say it: --parameter ${name}=${value}`,
      spot: { file: template.file, path: at },
    })
    return value
  }

  /** An SSM parameter's default is the parameter's name, and its value is in the account. */
  const isFromSsm = (declaration: unknown) =>
    String(member(declaration, 'Type') ?? '').startsWith('AWS::SSM::Parameter::Value')
  const presetOf = (declaration: unknown) => (isFromSsm(declaration) ? undefined : member(declaration, 'Default'))
  const isByDefault = (name: string) =>
    presetOf(member(template.parameters, name)) !== undefined && given(name) === undefined

  function parameter(name: string, declaration: Json): unknown {
    const at = ['Parameters', name]
    const said = given(name)
    if (said !== undefined) return said
    const preset = presetOf(declaration)
    if (preset !== undefined) return preset
    const known = handedOn(name, at)
    if (known !== undefined) return known
    positions ??= accountPositions(template.file.value)
    const value = assumed(name, declaration, own().site, positions.has(name))
    report(unresolved(name, value, isFromSsm(declaration), template, at))
    return value
  }

  function imported(name: string, at: Path): unknown {
    const { account, region } = own().site
    const exporting = others().flatMap(({ stack }) => {
      const output = stack.exports().get(name)
      return output === undefined ? [] : [{ stack, output }]
    })
    const near = exporting.find(({ stack: { site } }) => site.account === account && site.region === region)
    const found = near ?? exporting[0]
    if (!found) report(notExported(name, template, at))
    else if (!near) report(exportedElsewhere(name, found.stack, template, at))
    return found?.stack.output(found.output) ?? placeholder(name.replace(/[<>]/g, ''))
  }

  return { parameter, imported, isByDefault, report }
}

const noOutput = (name: string, stack: string, output: string, known: boolean, template: Template): Finding => ({
  code: 'unresolved-output',
  severity: 'error',
  message: `parameter ${name} is to be output ${output} of stack ${stack}, ${known ? 'which has no such output' : 'and no template of it was given'}`,
  consequence: 'its default stands for it, or a placeholder',
  cure: known ? 'add the output, or name another' : 'give the template of that stack too',
  spot: { file: template.file, path: ['Parameters', name] },
})

function unresolved(name: string, value: unknown, fromSsm: boolean, template: Template, at: Path): Finding {
  const account = isAccountName(name) || /^9\d{11}$/.test(String(value))
  return {
    code: 'unresolved-parameter',
    severity: 'warning',
    message: fromSsm
      ? `parameter ${name} is read from Systems Manager, which is not known here`
      : `parameter ${name} has no value and no default`,
    consequence: `${account ? 'an account number made up for it' : 'a placeholder'}, ${value}, stands for it wherever it is used`,
    cure: `give it: --parameter ${name}=${account ? '111122223333' : 'VALUE'}`,
    page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html',
    spot: { file: template.file, path: at },
  }
}

const EXPORTS = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html'

const notExported = (name: string, template: Template, at: Path): Finding => ({
  code: 'unresolved-import',
  severity: 'warning',
  message: `no template that was given exports ${name}`,
  consequence: 'a placeholder stands in its place',
  cure: 'give the template that exports it too',
  page: EXPORTS,
  spot: { file: template.file, path: at },
})

const exportedElsewhere = (name: string, stack: DeployedStack, template: Template, at: Path): Finding => ({
  code: 'import-across-accounts',
  severity: 'error',
  message: `${name} is exported by ${stack.file.name}, which is in account ${stack.site.account}, region ${stack.site.region}`,
  consequence: 'CloudFormation refuses it: an export is seen in its own account and region only',
  cure: 'hand it on as a parameter',
  page: EXPORTS,
  spot: { file: template.file, path: at },
})
