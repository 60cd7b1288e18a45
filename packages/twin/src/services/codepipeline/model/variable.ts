import type { Execution } from './execution.ts'

const reference = /#\{([A-Za-z0-9@\-_]+)\.([A-Za-z0-9@\-_]+)\}/g

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html */
export function resolve(
  configuration: Record<string, string>,
  execution: Execution,
): { resolved: Record<string, string>; unresolved: string[] } {
  const unresolved: string[] = []
  const value = (text: string, namespace: string, name: string): string => {
    const known =
      namespace === 'codepipeline'
        ? { PipelineExecutionId: execution.id }[name]
        : namespace === 'variables'
          ? execution.inputs[name]
          : execution.variables[namespace]?.[name]
    if (known === undefined) unresolved.push(text)
    return known ?? text
  }
  const resolved = Object.fromEntries(
    Object.entries(configuration).map(([key, text]) => [key, text.replace(reference, value)]),
  )
  return { resolved, unresolved }
}
