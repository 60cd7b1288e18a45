import { own } from '../../../engine/index.ts'
import { formatError, templateError, validationError } from './errors.ts'
import { callOf } from './evaluate.ts'
import { isObject, type Json } from './json.ts'
import { isPseudo } from './scope.ts'
import { subParts } from './substitution.ts'
import type { ResourceDeclaration, Template } from './template.ts'

export interface Reference {
  name: string
  /** Of Fn::GetAtt; absent for Ref. */
  attribute?: string
}

/** Every Ref, Fn::GetAtt and variable of Fn::Sub in a value. */
export function references(value: Json): Reference[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap(references)
  const [name, argument] = callOf(value) ?? []
  if (name === undefined || argument === undefined) return Object.values(value).flatMap(references)
  if (name === 'Ref') return typeof argument === 'string' ? [{ name: argument }] : []
  if (name === 'Fn::GetAtt') return attributeOf(argument)
  if (name === 'Fn::Sub') return variablesOf(argument)
  return references(argument)
}

function attributeOf(argument: Json): Reference[] {
  if (typeof argument === 'string') return [dotted(argument)]
  const [name, attribute] = Array.isArray(argument) ? argument : []
  if (typeof name !== 'string') return []
  // The attribute's own name may be computed.
  if (typeof attribute !== 'string') return [{ name, attribute: '*' }, ...references(attribute ?? null)]
  return [{ name, attribute }]
}

const dotted = (path: string): Reference => {
  const dot = path.indexOf('.')
  return dot < 0 ? { name: path } : { name: path.slice(0, dot), attribute: path.slice(dot + 1) }
}

function variablesOf(argument: Json): Reference[] {
  const [pattern, given] = Array.isArray(argument) ? argument : [argument]
  const own = isObject(given) ? given : {}
  if (typeof pattern !== 'string') return references(own)
  const free = subParts(pattern).flatMap(part =>
    part.name === undefined || part.name in own ? [] : [dotted(part.name)],
  )
  return [...free, ...references(own)]
}

/** Everything a template names must be there: whole text, before any condition is decided. */
export function checkReferences(template: Template, attributes: (type: string) => readonly string[] | undefined) {
  const known = (name: string) => isPseudo(name) || name in template.parameters || name in template.resources
  const unresolved = new Set<string>()
  for (const resource of Object.values(template.resources)) {
    for (const used of references(resource.properties)) checkOne(used, template, known, attributes, unresolved)
    for (const name of resource.dependsOn) if (!(name in template.resources)) unresolved.add(name)
    checkCondition(template, resource.condition, 'Resources')
  }
  refuse(unresolved, 'Resources')
  for (const output of Object.values(template.outputs)) {
    const used = [...references(output.value), ...references(output.exportName ?? null)]
    for (const reference of used) checkOne(reference, template, known, attributes, unresolved)
    checkCondition(template, output.condition, 'Outputs')
  }
  refuse(unresolved, 'Outputs')
  checkConditionReferences(template)
}

function refuse(unresolved: Set<string>, block: string) {
  if (unresolved.size === 0) return
  throw formatError(
    `Unresolved resource dependencies [${[...unresolved].join(', ')}] in the ${block} block of the template`,
  )
}

function checkOne(
  { name, attribute }: Reference,
  template: Template,
  known: (name: string) => boolean,
  attributes: (type: string) => readonly string[] | undefined,
  unresolved: Set<string>,
) {
  if (attribute === undefined) {
    if (!known(name)) unresolved.add(name)
    return
  }
  const resource = own(template.resources, name)
  if (resource === undefined) throw templateError(`instance of Fn::GetAtt references undefined resource ${name}`)
  const supported = attributes(resource.type)
  if (supported === undefined || attribute === '*' || supported.includes(attribute)) return
  throw templateError(`resource ${name} does not support attribute type ${attribute} in Fn::GetAtt`)
}

function checkCondition(template: Template, condition: string | undefined, block: string) {
  if (condition === undefined || condition in template.conditions) return
  throw formatError(`Unresolved condition dependency ${condition} in the ${block} block of the template`)
}

function checkConditionReferences(template: Template) {
  for (const condition of Object.values(template.conditions)) {
    const strange = references(condition).find(({ name }) => !isPseudo(name) && !(name in template.parameters))
    if (strange !== undefined) {
      throw formatError(
        `Unresolved dependencies [${strange.name}]. Cannot reference resources in the Conditions block of the template`,
      )
    }
  }
}

/** What must be there before a resource, by logical id. `active`: those whose condition holds. */
export function dependencies(active: Record<string, ResourceDeclaration>): Record<string, string[]> {
  const edges: Record<string, string[]> = {}
  for (const [id, resource] of Object.entries(active)) {
    const used = references(resource.properties).map(({ name }) => name)
    edges[id] = [...new Set([...used, ...resource.dependsOn])].filter(name => name in active)
  }
  return edges
}

/** Logical ids so that each comes after what it depends on. */
export function inOrder(edges: Record<string, string[]>): string[] {
  const left = new Map(Object.entries(edges).map(([id, needs]) => [id, new Set(needs)]))
  const order: string[] = []
  while (left.size > 0) {
    const ready = [...left].filter(([, needs]) => [...needs].every(need => !left.has(need))).map(([id]) => id)
    if (ready.length === 0) throw validationError(`Circular dependency between resources: [${circle(left).join(', ')}]`)
    for (const id of ready) left.delete(id)
    order.push(...ready)
  }
  return order
}

/** Without those that merely lead into the circle. */
function circle(left: Map<string, Set<string>>): string[] {
  const needed = new Map(left)
  for (;;) {
    const idle = [...needed.keys()].filter(id => ![...needed.values()].some(needs => needs.has(id)))
    if (idle.length === 0) return [...needed.keys()]
    for (const id of idle) needed.delete(id)
  }
}

/** Every Fn::ImportValue of a value, as it is written. */
export function imports(value: Json): Json[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap(imports)
  const [name, argument] = callOf(value) ?? []
  return name === 'Fn::ImportValue' && argument !== undefined ? [argument] : Object.values(value).flatMap(imports)
}
