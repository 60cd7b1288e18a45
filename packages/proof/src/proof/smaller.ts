import { bucketStatements, identityStatements, keyStatements, trustStatements } from '@tripoint/pipeline'
import type { Needs } from '../needs/need.ts'
import { administrationPart, guardPart, type PolicySide, type Statement } from './reference.ts'

/** The policy that says what is needed and nothing else, as it would be written; '' where nothing is needed. */
export function smallerPolicy(needs: Needs, side: PolicySide, owner: string): string {
  const statements = SMALLER[side](needs, owner)
  if (statements.length === 0) return ''
  return JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2)
}

const SMALLER: Readonly<Record<PolicySide, (needs: Needs, owner: string) => readonly Statement[]>> = {
  identity: (needs, owner) => written(identityStatements(listOf(needs), owner)),
  trust: (needs, owner) => written(trustStatements(listOf(needs), owner)),
  resource: (needs, owner) => [
    ...needs.guards.filter(guard => guard.owner === owner).map(guard => guardPart(guard).statement),
    ...written(bucketStatements(listOf(needs).filter(({ resource }) => isOf(owner, resource)))),
  ],
  key: (needs, owner) => [
    ...needs.administration.filter(each => each.owner === owner).map(each => administrationPart(each).statement),
    ...written(keyStatements(listOf(needs).filter(({ resource }) => resource === owner))),
  ],
}

const listOf = ({ list }: Needs) => list.map(({ access }) => access)

const isOf = (owner: string, resource: string): boolean => resource === owner || resource.startsWith(`${owner}/`)

const written = (statements: readonly object[]): Statement[] => statements.map(each => ({ ...each }))
