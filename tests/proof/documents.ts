/** A policy document in a template, and where it stands. */
export interface Document {
  readonly path: Path
  readonly side: 'identity' | 'trust' | 'resource' | 'key'
  /** the logical id of the role, bucket or key */
  readonly of: string
  readonly statements: readonly Statement[]
}

export type Path = readonly (string | number)[]
export type Json = { readonly [key: string]: unknown }

export interface Statement extends Json {
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: unknown
  readonly Resource?: unknown
  readonly Principal?: unknown
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

interface Place {
  readonly side: Document['side']
  at(properties: Json): readonly Path[]
}

const policies = (properties: Json): Path[] =>
  ((properties.Policies ?? []) as unknown[]).map((_policy, index) => ['Policies', index, 'PolicyDocument'])

const PLACES: Readonly<Record<string, readonly Place[]>> = {
  'AWS::IAM::Role': [
    { side: 'trust', at: () => [['AssumeRolePolicyDocument']] },
    { side: 'identity', at: policies },
  ],
  'AWS::IAM::ManagedPolicy': [{ side: 'identity', at: () => [['PolicyDocument']] }],
  'AWS::S3::BucketPolicy': [{ side: 'resource', at: () => [['PolicyDocument']] }],
  'AWS::KMS::Key': [{ side: 'key', at: () => [['KeyPolicy']] }],
}

/** Every policy document of a template. */
export function documentsOf(template: Json): Document[] {
  return Object.entries(template.Resources as Record<string, Json>).flatMap(([id, resource]) =>
    (PLACES[String(resource.Type)] ?? []).flatMap(({ side, at }) =>
      at(resource.Properties as Json).map(below => {
        const path = ['Resources', id, 'Properties', ...below]
        return { path, side, of: id, statements: (valueAt(template, path) as { Statement: Statement[] }).Statement }
      }),
    ),
  )
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce((at, step) => (at as Record<string | number, unknown>)[step], value)
}

/** A copy in which something else stands at the path; undefined takes it away. */
export function withValue(value: unknown, path: Path, change: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return change
  const inner = withValue((value as Record<string | number, unknown>)[step], rest, change)
  if (Array.isArray(value))
    return inner === undefined ? value.filter((_each, at) => at !== step) : value.with(step as number, inner)
  const { [step]: _gone, ...others } = value as Record<string | number, unknown>
  return inner === undefined ? others : { ...(value as object), [step]: inner }
}
