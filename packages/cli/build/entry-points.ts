/** The sub-paths of the published package. */
export const SUB_PATHS: Readonly<Record<string, string>> = {
  '.': 'packages/cli/src/index',
  './stacks': 'packages/cli/src/stacks',
  './iam': 'packages/cli/src/iam',
  './twin': 'packages/cli/src/twin',
}

export const PROGRAM = 'packages/cli/src/main'

/** Programs that the twin starts by their path. */
export const CHILDREN = ['xgboost/container', 'lambda/bootstrap', 'process/supervisor'].map(
  name => `packages/twin/src/runtime/${name}`,
)

/** `@aws-sdk/core/protocols` → `@aws-sdk/core`; undefined for what Node brings. */
export function packageOf(specifier: string): string | undefined {
  if (/^(node:|[./#])/.test(specifier)) return undefined
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
