import type { Definition } from '@tripoint/pipeline'
import { check, type Input, type Report, readWorld } from '@tripoint/proof'
import { synthTemplates } from '@tripoint/stacks'
import type { Json } from './documents.ts'

/** The templates of a line, by stack, as values to change. */
export interface Templates {
  readonly definition: Definition
  readonly templates: Readonly<Record<string, Json>>
  inputs(changed?: Readonly<Record<string, Json>>): readonly Input[]
}

export function templatesOf(definition: Definition): Templates {
  const { manifest, templates } = synthTemplates(definition)
  return {
    definition,
    templates: JSON.parse(JSON.stringify(templates)) as Readonly<Record<string, Json>>,
    inputs: (changed = {}) =>
      manifest.stacks.map(({ name, template, account, region, parameters }) => ({
        name: template,
        text: JSON.stringify(changed[name] ?? templates[name], null, 2),
        stack: name,
        account,
        region,
        parameters,
      })),
  }
}

/** What `check` says of the templates beside their definition. */
export function checked({ definition, inputs }: Templates, changed?: Readonly<Record<string, Json>>): Report {
  return check(readWorld(inputs(changed), { accounts: definition.accounts }), {
    name: definition.name,
    definition,
    now: () => 0,
  })
}
