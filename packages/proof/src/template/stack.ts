import type { Finding } from '../source/finding.ts'
import type { Path, SourceFile } from '../source/spot.ts'
import { truth } from './conditions.ts'
import { evaluate } from './evaluate.ts'
import { type Physical, partitionOf, physical, type Site } from './physical.ts'
import type { Scope } from './scope.ts'
import type { Declared, Template } from './template.ts'
import { ABSENT, isObject, isScalar, type Json, member, placeholder } from './value.ts'

/** What a stack is told from outside. */
export interface Surroundings {
  parameter(name: string, declaration: Json, at: Path): unknown
  imported(name: string, at: Path): unknown
  /** nobody says what it is, and its default stands for it */
  isByDefault(name: string): boolean
  report(finding: Finding): void
}

/** A template where it is deployed: what its resources are called, and what every expression in it comes to. */
export interface DeployedStack {
  readonly site: Site
  readonly file: SourceFile
  /** those whose condition holds, or cannot be decided */
  readonly resources: ReadonlyMap<string, Declared>
  physical(logicalId: string): Physical
  properties(logicalId: string): Json
  /** of one that the template declares */
  parameter(name: string): unknown
  /** undefined where there is no such output */
  output(name: string): unknown
  /** export name → output */
  exports(): ReadonlyMap<string, string>
}

export function deployed(template: Template, site: Site, around: Surroundings): DeployedStack {
  const { file } = template
  const said = new Set<string>()
  const report: Scope['report'] = (finding, path) => {
    const key = `${finding.code} ${JSON.stringify(path)}`
    if (said.has(key)) return
    said.add(key)
    around.report({ ...finding, spot: { file, path } })
  }
  const parameters = remembered((name: string, at: Path) =>
    listed(around.parameter(name, member(template.parameters, name) as Json, at), member(template.parameters, name)),
  )
  const conditions = remembered((name: string, at: Path) => {
    const declared = member(template.conditions, name)
    if (declared === undefined) report(missing('condition', name, Object.keys(template.conditions)), at)
    if (declared === undefined) return undefined
    const place = ['Conditions', name]
    const value = truth(declared, place, scope, (inner, path) => evaluate(inner, path, scope))
    const presets = parametersIn(declared).filter(each => around.isByDefault(each))
    if (value !== undefined && presets.length > 0) report(byDefault(name, value, presets), place)
    return value
  })
  const present = remembered((logicalId: string) => isPresent(logicalId))
  const identities = remembered((logicalId: string): Physical => {
    const declared = template.resources.get(logicalId)!
    const given = member(declared.declaration, 'Properties')
    return physical(declared.type, logicalId, site, property => {
      const value = member(given, property)
      return value === undefined ? undefined : evaluate(value, ['Resources', logicalId, 'Properties', property], scope)
    })
  })
  const resolved = remembered((logicalId: string): Json => {
    const path = ['Resources', logicalId, 'Properties']
    const value = evaluate(member(template.resources.get(logicalId)!.declaration, 'Properties') ?? {}, path, scope)
    return isObject(value) ? value : {}
  })
  const outputs = remembered((name: string) => {
    const value = member(member(template.outputs, name), 'Value')
    return value === undefined ? undefined : evaluate(value, ['Outputs', name, 'Value'], scope)
  })

  const circular = (what: string, at: Path) => {
    report(
      {
        code: 'circular-reference',
        severity: 'error',
        message: `${what} depends on itself`,
        consequence: 'CloudFormation refuses it; a placeholder stands in its place here',
        cure: 'give one of the names in the circle literally',
        page: 'https://repost.aws/knowledge-center/unexpected-circular-dependency-error-cloudformation',
      },
      at,
    )
    return placeholder(`${site.stack}.${what}`)
  }

  const pseudo: Readonly<Record<string, () => unknown>> = {
    'AWS::AccountId': () => site.account,
    'AWS::Region': () => site.region,
    'AWS::Partition': () => partitionOf(site.region),
    'AWS::StackName': () => site.stack,
    'AWS::StackId': () =>
      `arn:${partitionOf(site.region)}:cloudformation:${site.region}:${site.account}:stack/${site.stack}/id`,
    'AWS::URLSuffix': () => (partitionOf(site.region) === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'),
    'AWS::NotificationARNs': () => [],
    'AWS::NoValue': () => ABSENT,
  }

  const scope: Scope = {
    site,
    report,
    mapping: name => member(template.mappings, name),
    imported: (name, at) => around.imported(name, at),
    condition: (name, at) => {
      const value = conditions(name, at)
      if (value !== BUSY) return value
      circular(`condition ${name}`, at)
      return undefined
    },
    ref: (name, at) => {
      if (Object.hasOwn(pseudo, name)) return pseudo[name]!()
      if (member(template.parameters, name) !== undefined) {
        const value = parameters(name, at)
        return value === BUSY ? circular(`parameter ${name}`, at) : value
      }
      if (template.resources.has(name)) {
        const identity = identities(name)
        return identity === BUSY ? circular(name, at) : identity.ref
      }
      report(
        missing('resource or parameter', name, [...template.resources.keys(), ...Object.keys(template.parameters)]),
        at,
      )
      return placeholder(name)
    },
    attribute: (logicalId, attribute, at) => {
      if (!template.resources.has(logicalId)) {
        report(missing('resource', logicalId, [...template.resources.keys()]), at)
        return placeholder(`${logicalId}.${attribute}`)
      }
      const identity = identities(logicalId)
      if (identity === BUSY) return circular(logicalId, at)
      const value = identity.attribute(attribute)
      if (value !== undefined) return value
      report(unknownAttribute(logicalId, template.resources.get(logicalId)!.type, attribute), at)
      return placeholder(`${site.stack}.${logicalId}.${attribute}`)
    },
  }

  function isPresent(logicalId: string): boolean {
    const condition = member(template.resources.get(logicalId)!.declaration, 'Condition')
    if (typeof condition !== 'string') return true
    const at = ['Resources', logicalId, 'Condition']
    const holds = scope.condition(condition, at)
    if (holds !== undefined) return holds
    report(
      {
        code: 'undecided-condition',
        severity: 'warning',
        message: `condition ${condition} depends on a value that is not known; ${logicalId} is taken as present`,
        consequence: 'what is found for it holds only where the condition does',
        cure: 'give the parameters that the condition asks for: --parameter NAME=VALUE',
      },
      at,
    )
    return true
  }

  return {
    site,
    file,
    get resources() {
      return new Map([...template.resources].filter(([logicalId]) => present(logicalId) !== false))
    },
    physical(logicalId) {
      const identity = identities(logicalId)
      if (identity !== BUSY) return identity
      throw new Error(`the name of ${logicalId} is asked for while it is worked out`)
    },
    properties: logicalId => {
      const value = resolved(logicalId)
      return value === BUSY ? {} : value
    },
    parameter: name => scope.ref(name, ['Parameters', name]),
    output: name => {
      const value = outputs(name)
      return value === BUSY ? circular(`output ${name}`, ['Outputs', name]) : value
    },
    exports() {
      const named = Object.keys(template.outputs).map(output => {
        const name = member(member(member(template.outputs, output), 'Export'), 'Name')
        return [name === undefined ? undefined : evaluate(name, ['Outputs', output, 'Export', 'Name'], scope), output]
      })
      return new Map(named.filter((entry): entry is [string, string] => typeof entry[0] === 'string'))
    },
  }
}

const BUSY = Symbol('being worked out')

/** Worked out once; asked for while it is worked out, it is BUSY: it depends on itself. */
function remembered<Rest extends unknown[], T>(make: (key: string, ...rest: Rest) => T) {
  const known = new Map<string, T | typeof BUSY>()
  return (key: string, ...rest: Rest): T | typeof BUSY => {
    if (known.has(key)) return known.get(key) as T | typeof BUSY
    known.set(key, BUSY)
    const value = make(key, ...rest)
    known.set(key, value)
    return value
  }
}

/** A list of a parameter is given as one text. */
function listed(value: unknown, declaration: unknown): unknown {
  const type = String(member(declaration, 'Type') ?? 'String')
  if (!/List/.test(type) || !isScalar(value)) return isScalar(value) ? String(value) : value
  return String(value)
    .split(',')
    .map(item => item.trim())
}

/** Those that a condition asks for itself; the conditions that it names speak for themselves. */
const parametersIn = (condition: unknown): string[] => [
  ...new Set([...JSON.stringify(condition).matchAll(/"Ref":"(\w+)"/g)].flatMap(([, name]) => name ?? [])),
]

const byDefault = (name: string, value: boolean, parameters: readonly string[]) => ({
  code: 'condition-by-default',
  severity: 'note' as const,
  message: `condition ${name} is ${value} by the default of ${parameters.join(', ')}`,
  consequence: `what is deployed where it is ${!value} is not part of what is checked`,
  cure: `check that too: ${parameters.map(each => `--parameter ${each}=VALUE`).join(' ')}`,
  page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html',
})

const unknownAttribute = (logicalId: string, type: string, attribute: string) => ({
  code: 'unknown-attribute',
  severity: 'note' as const,
  message: `what ${attribute} of ${logicalId} (${type}) comes to is known only when it is deployed`,
  consequence: 'a placeholder stands in its place, the same wherever it is used',
  cure: 'nothing, unless a policy depends on it: then write the name literally',
  page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html',
})

const missing = (kind: string, name: string, known: readonly string[]) => ({
  code: 'unresolved-reference',
  severity: 'error' as const,
  message: `there is no ${kind} ${name} in this template`,
  consequence: 'CloudFormation refuses the template; a placeholder stands in its place here',
  cure: known.length === 0 ? 'declare it' : `declare it, or name one of ${known.slice(0, 8).join(', ')}`,
  page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-ref.html',
})
