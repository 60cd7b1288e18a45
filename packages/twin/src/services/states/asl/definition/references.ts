import { InvalidIntrinsic, parseIntrinsic, pathsIn } from '../expression/intrinsic-call.ts'
import { queryVariables } from '../expression/jsonata.ts'
import { InvalidPath, pathVariable } from '../expression/path.ts'
import { isObject, type Json } from '../language/json.ts'
import { type Program, processorOf, type QueryLanguage, type State } from '../language/machine.ts'

/** Which variables each state reads: DescribeStateMachine's `variableReferences`. */
export function variableReferences(
  program: Program,
  language: QueryLanguage = program.QueryLanguage ?? 'JSONPath',
): Record<string, string[]> {
  const references: Record<string, string[]> = {}
  for (const [name, state] of Object.entries(program.States)) {
    const names = [...new Set(variablesOf(state, state.QueryLanguage ?? language))].sort()
    if (names.length > 0) references[name] = names
    for (const inside of programsIn(state))
      Object.assign(references, variableReferences(inside, inside.QueryLanguage ?? language))
  }
  return references
}

const programsIn = (state: State): Program[] =>
  state.Type === 'Parallel' ? state.Branches : state.Type === 'Map' ? [processorOf(state)] : []

const inside = ['Branches', 'ItemProcessor', 'Iterator', 'Comment', 'Result']

function variablesOf(state: State, language: QueryLanguage): string[] {
  const fields = Object.entries(state).filter(([field]) => !inside.includes(field)) as [string, Json][]
  return fields.flatMap(([field, value]) =>
    language === 'JSONata' ? queryVariables(value) : pathVariables(field, value),
  )
}

function pathVariables(field: string, value: Json): string[] {
  if (typeof value === 'string') {
    const expression = field.endsWith('.$') || field.endsWith('Path') || field === 'Variable'
    return expression ? pathsOf(value).flatMap(path => variableIn(path) ?? []) : []
  }
  if (Array.isArray(value)) return value.flatMap(item => pathVariables('', item))
  return isObject(value) ? Object.entries(value).flatMap(([key, item]) => pathVariables(key, item)) : []
}

function pathsOf(text: string): string[] {
  if (!text.startsWith('States.')) return [text]
  try {
    return pathsIn(parseIntrinsic(text))
  } catch (error) {
    if (error instanceof InvalidIntrinsic) return []
    throw error
  }
}

function variableIn(path: string): string | undefined {
  try {
    return path.startsWith('$') ? pathVariable(path) : undefined
  } catch (error) {
    if (error instanceof InvalidPath) return undefined
    throw error
  }
}
