import { wildcard } from '@tripoint/iam'
import { quote } from '../proof/quoted.ts'
import type { Quoted } from '../report/report.ts'
import { principalOf, resourceOf } from '../world/request.ts'
import type { World, WrittenPolicy } from '../world/world.ts'
import type { Facts } from './facts.ts'

/** The Deny statements of the templates that the refused action falls under, on the side that AWS names. */
export function deniesOf(world: World, { deny, action, principal = '', resource = '' }: Facts): Quoted[] {
  if (deny?.kind !== 'explicit' || action === undefined) return []
  const caller = principalOf(world, principal)
  const of: readonly (WrittenPolicy | undefined)[] = [
    ...(deny.side === 'resource' || deny.side === 'trust' || deny.side === undefined
      ? [resourceOf(world, resource)?.policy]
      : []),
    ...(deny.side === 'identity' || deny.side === undefined ? (caller?.identity ?? []) : []),
    ...(deny.side === 'boundary' || deny.side === undefined ? [caller?.boundary] : []),
  ]
  return of.flatMap(written =>
    (written?.policy.document.Statement ?? []).flatMap((statement, index) =>
      written && statement.Effect === 'Deny' && isAbout(statement, action) ? [quote(written, index)] : [],
    ),
  )
}

interface Actions {
  readonly Action?: readonly string[]
  readonly NotAction?: readonly string[]
}

const isAbout = ({ Action, NotAction }: Actions, action: string): boolean =>
  Action ? any(Action, action) : NotAction !== undefined && !any(NotAction, action)

const any = (patterns: readonly string[], action: string): boolean =>
  patterns.some(pattern => wildcard(pattern.toLowerCase())(action.toLowerCase()))
