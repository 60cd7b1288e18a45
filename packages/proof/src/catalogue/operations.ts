import { actionsMatching, type ResourceType, resourceTypesOf } from './catalogue.ts'

/** Real actions that ask about one type of resource; `*` for those that ask about none. */
export interface Operations {
  readonly actions: readonly string[]
  readonly resource: string
}

const made = new Map<string, readonly Operations[]>()

/** What an entry of a policy comes to on AWS: each action with what it can be asked about. */
export function operationsOf(entry: string): readonly Operations[] {
  const known = made.get(entry)
  if (known) return known
  const pairs = actionsMatching(entry).flatMap(action => {
    const types = resourceTypesOf(action)
    return types.length === 0 ? [{ action, resource: '*' }] : types.map(type => ({ action, resource: patternOf(type) }))
  })
  const operations = [...Map.groupBy(pairs, ({ resource }) => resource)].map(([resource, own]) => ({
    resource,
    actions: own.map(({ action }) => action),
  }))
  made.set(entry, operations)
  return operations
}

/** `~`, a name without a slash, is taken as any name. */
const patternOf = ({ arn }: ResourceType): string => arn.replaceAll('~', '*')
