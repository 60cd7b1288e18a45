import { own } from '../../../engine/index.ts'
import { conditionsOf } from './conditions.ts'
import { formatError, validationError } from './errors.ts'
import { evaluate, prune } from './evaluate.ts'
import type { Json, JsonObject } from './json.ts'
import { parameterValue } from './parameters.ts'
import { dependencies, imports, inOrder } from './references.ts'
import { checkRules } from './rules.ts'
import { type Place, pseudoParameters, type Scope } from './scope.ts'
import type { OutputDeclaration, ResourceDeclaration, Template } from './template.ts'

/** What a reference to something outside the template's text answers. */
export interface World {
  /** What Ref answers; undefined while the resource is not there. */
  ref(logicalId: string): Json | undefined
  attribute(logicalId: string, name: string): Json | undefined
  imported(name: string): Json | undefined
}

/** A template with its parameters: conditions decided, what depends on what, and nothing of the world yet. */
export interface Blueprint {
  template: Template
  values: Record<string, string>
  place: Place
  /** The resources whose condition holds, with every Fn::If decided. */
  resources: Record<string, ResourceDeclaration>
  /** What each resource needs first. */
  edges: Record<string, string[]>
  order: string[]
  outputs: Record<string, OutputDeclaration>
  scope(world: World): Scope
}

const noWorld: World = { ref: () => undefined, attribute: () => undefined, imported: () => undefined }

export function blueprint(template: Template, values: Record<string, string>, place: Place): Blueprint {
  const scope = (world: World): Scope => {
    const bare: Scope = {
      ref: name => refer(template, values, place, world, name),
      attribute(id, name) {
        const value = world.attribute(id, name)
        if (value === undefined) throw validationError(`Attribute '${name}' of resource ${id} does not exist`)
        return value
      },
      condition: () => false,
      mappings: template.mappings,
      imported(name) {
        const value = world.imported(name)
        if (value === undefined) throw validationError(`No export named ${name} found.`)
        return value
      },
      zones: region => ['a', 'b', 'c'].map(letter => `${region === '' ? place.region : region}${letter}`),
    }
    return { ...bare, condition: conditionsOf(template.conditions, bare) }
  }
  const { condition } = scope(noWorld)
  for (const name of Object.keys(template.conditions)) condition(name)
  checkRules(template.rules, scope(noWorld))
  const present = <T extends { condition?: string }>(members: Record<string, T>) =>
    Object.entries(members).filter(([, member]) => member.condition === undefined || condition(member.condition))
  const resources = Object.fromEntries(
    present(template.resources).map(([id, resource]) => {
      const properties = prune(resource.properties, condition) as JsonObject
      return [id, { ...resource, properties }]
    }),
  )
  const edges = dependencies(resources)
  const outputs = Object.fromEntries(
    present(template.outputs).map(([name, output]) => [name, { ...output, value: prune(output.value, condition) }]),
  )
  checkAbsent(template, resources, outputs)
  return { template, values, place, resources, edges, order: inOrder(edges), outputs, scope }
}

function refer(template: Template, values: Record<string, string>, place: Place, world: World, name: string): Json {
  const pseudo = own(pseudoParameters, name)
  if (pseudo !== undefined) return pseudo(place)
  const value = own(values, name)
  if (value !== undefined) return parameterValue(template, name, value)
  const answer = world.ref(name)
  if (answer === undefined) throw unresolved([name], 'Resources')
  return answer
}

const unresolved = (names: string[], block: string) =>
  formatError(`Unresolved resource dependencies [${names.join(', ')}] in the ${block} block of the template`)

/** A resource that a condition leaves out cannot be referred to by one that is there. */
function checkAbsent(
  template: Template,
  resources: Record<string, ResourceDeclaration>,
  outputs: Record<string, OutputDeclaration>,
) {
  const absent = Object.keys(template.resources).filter(id => !(id in resources))
  if (absent.length === 0) return
  const whole = Object.fromEntries(absent.map(id => [id, template.resources[id] as ResourceDeclaration]))
  const used = (properties: Record<string, Json>, id: string) =>
    dependencies({ ...whole, [id]: { ...blank, properties } })[id] ?? []
  for (const [id, { properties }] of Object.entries(resources)) {
    const names = used(properties, id)
    if (names.length > 0) throw unresolved(names, 'Resources')
  }
  for (const output of Object.values(outputs)) {
    const names = used({ value: output.value }, ' output').filter(name => name !== ' output')
    if (names.length > 0) throw unresolved(names, 'Outputs')
  }
}

const blank = {
  type: '',
  dependsOn: [],
  deletionPolicy: 'Delete',
  updateReplacePolicy: 'Delete',
} as const satisfies Omit<ResourceDeclaration, 'properties' | 'dependsOn'> & { dependsOn: never[] }

/** The exports that a stack uses. Names cannot depend on resources. */
export function importedNames(plan: Blueprint): string[] {
  const written = [
    ...Object.values(plan.resources).flatMap(({ properties }) => imports(properties)),
    ...Object.values(plan.outputs).flatMap(({ value }) => imports(value)),
  ]
  const scope = plan.scope(noWorld)
  return [...new Set(written.map(name => String(evaluate(name, scope))))]
}
