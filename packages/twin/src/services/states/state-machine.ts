import type * as sfn from '@aws-sdk/client-sfn'
import { type Reader, table } from '../../engine/index.ts'
import { parseArn } from './arn.ts'
import { noStateMachine } from './errors.ts'

/** What a version keeps, and what each change of the machine replaces. */
export interface Revision {
  definition: string
  roleArn: string
  logging: sfn.LoggingConfiguration
  tracing: sfn.TracingConfiguration
  encryption: sfn.EncryptionConfiguration
  updated: number
  /** Absent until the first update, as on AWS. */
  revisionId?: string
}

export interface StateMachine extends Revision {
  arn: string
  account: string
  region: string
  name: string
  type: 'STANDARD' | 'EXPRESS'
  created: number
  tags: Record<string, string>
  /** The number of the next version. */
  nextVersion: number
}

export interface Version extends Revision {
  arn: string
  number: number
  created: number
  description?: string
}

export interface Alias {
  arn: string
  name: string
  description?: string
  routes: { stateMachineVersionArn: string; weight: number }[]
  created: number
  updated: number
}

export const machines = table<StateMachine>('states/machine') // [account, region, name]
export const versions = table<Version>('states/version') // [account, region, name, number]
export const aliases = table<Alias>('states/alias') // [account, region, machine, name]

export function findMachine(read: Reader, arn: string | undefined): StateMachine {
  const { account, region, name } = parseArn(arn, 'stateMachine')
  const machine = machines.get(read, account, region, name)
  if (machine === undefined) throw noStateMachine(arn ?? '')
  return machine
}

export interface Target {
  machine: StateMachine
  revision: Revision
  versionArn?: string
  aliasArn?: string
}

/** A machine, one of its versions, or what an alias routes to; `share` in [0, 1) chooses among an alias's versions. */
export function findTarget(read: Reader, arn: string | undefined, share: number): Target {
  const { account, region, name, qualifier } = parseArn(arn, 'stateMachine')
  const machine = machines.get(read, account, region, name)
  if (machine === undefined) throw noStateMachine(arn ?? '')
  if (qualifier === undefined) return { machine, revision: machine }
  if (/^\d+$/.test(qualifier)) return { machine, ...ofVersion(read, machine, Number(qualifier), arn ?? '') }
  const alias = aliases.get(read, account, region, name, qualifier)
  if (alias === undefined) throw noStateMachine(arn ?? '')
  // One version or two: the first takes its share, the second the rest.
  const route = share * 100 < (alias.routes[0]?.weight ?? 100) ? alias.routes[0] : (alias.routes[1] ?? alias.routes[0])
  const number = Number(route?.stateMachineVersionArn.split(':').at(-1))
  return { machine, ...ofVersion(read, machine, number, arn ?? ''), aliasArn: alias.arn }
}

function ofVersion(read: Reader, { account, region, name }: StateMachine, number: number, arn: string) {
  const version = versions.get(read, account, region, name, number)
  if (version === undefined) throw noStateMachine(arn)
  return { revision: version, versionArn: version.arn }
}
