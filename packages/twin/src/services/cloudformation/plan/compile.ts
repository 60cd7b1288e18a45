import type { Intent, Stack } from '../model/index.ts'
import type { Registry } from '../registry/index.ts'
import {
  type Blueprint,
  blueprint,
  checkCapabilities,
  checkDeclarations,
  checkReferences,
  type GivenParameter,
  parameterValues,
  parseBody,
  readTemplate,
  type Template,
} from '../template/index.ts'

export interface Compiler {
  registry: Registry
  /** A template that could be deployed, or CloudFormation's complaint. */
  template(text: string): Template
  /** Checks what is asked for, as every operation that deploys does before it accepts. */
  intent(
    request: Omit<Intent, 'parameters'> & { parameters: readonly GivenParameter[] },
    previous: Record<string, string>,
    place: PlaceOf,
  ): { intent: Intent; blueprint: Blueprint }
  blueprint(intent: Intent, place: PlaceOf): Blueprint
}

type PlaceOf = Pick<Stack, 'account' | 'region' | 'id' | 'name'>

/** How many parsed templates are kept: a stack operation asks for its own at each resource. */
const kept = 32

export function compiler(registry: Registry): Compiler {
  const parsed = new Map<string, Template>()
  function template(text: string): Template {
    const known = parsed.get(text)
    if (known !== undefined) return known
    const read = readTemplate(parseBody(text))
    checkDeclarations(read)
    registry.check(Object.values(read.resources).map(({ type }) => type))
    checkReferences(read, registry.attributes)
    const [oldest] = parsed.keys()
    if (parsed.size >= kept && oldest !== undefined) parsed.delete(oldest)
    parsed.set(text, read)
    return read
  }
  const compile = (intent: Intent, place: PlaceOf) =>
    blueprint(template(intent.template), intent.parameters, {
      account: place.account,
      region: place.region,
      stackId: place.id,
      stackName: place.name,
      notificationArns: intent.notificationArns,
    })
  return {
    registry,
    template,
    blueprint: compile,
    intent(request, previous, place) {
      const read = template(request.template)
      const intent = { ...request, parameters: parameterValues(read, request.parameters, previous) }
      const result = compile(intent, place)
      checkCapabilities(read, request.capabilities)
      return { intent, blueprint: result }
    },
  }
}
