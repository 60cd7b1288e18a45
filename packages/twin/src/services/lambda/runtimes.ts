import { notImplemented } from '../../engine/index.ts'
import { invalid } from './errors.ts'

/** Run here, all of them by the Node.js that the twin itself runs on. */
const ours = ['nodejs20.x', 'nodejs22.x', 'nodejs24.x']

/** AWS runs these. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
const theirs = [
  ...['dotnet8', 'dotnet10', 'java8.al2', 'java11', 'java17', 'java21', 'java25', 'provided.al2', 'provided.al2023'],
  ...['python3.10', 'python3.11', 'python3.12', 'python3.13', 'python3.14', 'ruby3.2', 'ruby3.3', 'ruby3.4'],
]

/** What AWS no longer creates or updates, by family, and what it recommends instead. */
const deprecated: Record<string, { names: string[]; recommended: string }> = {
  nodejs: {
    names: ['nodejs', 'nodejs4.3', 'nodejs4.3-edge', 'nodejs6.10', 'nodejs8.10'].concat(
      ['10', '12', '14', '16', '18'].map(version => `nodejs${version}.x`),
    ),
    recommended: 'nodejs24.x',
  },
  python: { names: ['python2.7', 'python3.6', 'python3.7', 'python3.8', 'python3.9'], recommended: 'python3.14' },
  java: { names: ['java8'], recommended: 'java25' },
  dotnet: {
    names: ['dotnetcore1.0', 'dotnetcore2.0', 'dotnetcore2.1', 'dotnetcore3.1', 'dotnet5.0', 'dotnet6', 'dotnet7'],
    recommended: 'dotnet10',
  },
  ruby: { names: ['ruby2.5', 'ruby2.7'], recommended: 'ruby3.4' },
  custom: { names: ['go1.x', 'provided'], recommended: 'provided.al2023' },
}

export function checkRuntime(name: string): void {
  if (ours.includes(name)) return
  const family = Object.values(deprecated).find(({ names }) => names.includes(name))
  if (family !== undefined) {
    throw invalid(
      `The runtime parameter of ${name} is no longer supported for creating or updating AWS Lambda functions. We recommend you use the new runtime (${family.recommended}) while creating or updating functions.`,
    )
  }
  if (theirs.includes(name)) throw notImplemented(`lambda runtime ${name}`)
  const known = [...ours, ...theirs].join(', ')
  throw invalid(
    `Value ${name} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${known}] or be a valid ARN`,
  )
}
