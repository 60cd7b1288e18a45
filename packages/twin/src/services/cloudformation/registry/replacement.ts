import { readProperty, specification } from './specification.ts'

export type Replaces = 'yes' | 'maybe' | 'no'

const strongest = (found: Replaces[]): Replaces =>
  found.includes('yes') ? 'yes' : found.includes('maybe') ? 'maybe' : 'no'

/** Whether a change of this property makes a new resource. `updatable`: the type can change one in place at all. */
export function replaces(
  type: string,
  property: string,
  before: unknown,
  after: unknown,
  updatable: boolean,
): Replaces {
  if (!updatable) return 'yes'
  const known = specification(type)
  const text = known?.properties[property]
  if (known === undefined || text === undefined) return 'no'
  const own = readProperty(text)
  if (own.replaces !== 'no') return own.replaces
  const [kind = ''] = own.kinds
  return kind.startsWith('#') ? nested(known.definitions, kind.slice(1), before, after) : 'no'
}

function nested(
  definitions: Record<string, Record<string, string>>,
  name: string,
  before: unknown,
  after: unknown,
): Replaces {
  const [a, b] = [before, after].map(value => (typeof value === 'object' && value !== null ? value : {})) as Record<
    string,
    unknown
  >[]
  const changed = Object.entries(definitions[name] ?? {}).filter(
    ([key]) => JSON.stringify(a?.[key]) !== JSON.stringify(b?.[key]),
  )
  return strongest(changed.map(([, text]) => readProperty(text).replaces))
}

/** The property that carries a custom name, if the template sets it. */
export function customName(type: string, properties: Record<string, unknown>): string | undefined {
  const name = specification(type)?.identifier.find(property => typeof properties[property] === 'string')
  return name === undefined ? undefined : String(properties[name])
}
