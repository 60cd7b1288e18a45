import type { Statement } from '@tripoint/iam'
import type { Principal } from '../world/world.ts'

/** A service that may put on the role, and what it has to work for: the pattern of aws:SourceArn, when the trust policy asks for one. */
export interface ServiceTrust {
  readonly service: string
  readonly source?: string
}

export function serviceTrustsOf({ trust }: Principal): ServiceTrust[] {
  const statements = trust?.policy.document.Statement.filter(({ Effect }) => Effect === 'Allow') ?? []
  return statements.flatMap(statement =>
    (statement.Principal?.Service ?? []).flatMap(service => {
      const sources = sourcesOf(statement)
      return sources.length === 0 ? [{ service }] : sources.map(source => ({ service, source }))
    }),
  )
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html */
function sourcesOf({ Condition }: Statement): string[] {
  return Object.entries(Condition ?? {}).flatMap(([operator, keys]) =>
    /^(arn|string)(equals|like)/i.test(operator)
      ? Object.entries(keys).flatMap(([key, values]) => (key.toLowerCase() === 'aws:sourcearn' ? values : []))
      : [],
  )
}
