import type { Call } from '../../gate/index.ts'
import { missing, wrongName } from './errors.ts'

export type Kind = 'training-job' | 'model' | 'endpoint-config' | 'endpoint'

interface Place {
  readonly account: string
  readonly region: string
}

/** ARNs hold the name in lower case, and policies are matched against that. */
export const arnOf = ({ account, region }: Place, kind: Kind, name: string): string =>
  `arn:aws:sagemaker:${region}:${account}:${kind}/${name.toLowerCase()}`

const pattern = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/

export function checkName(name: string | undefined, member: string): string {
  if (name === undefined) throw missing(member)
  if (!pattern.test(name)) throw wrongName(name, member, '[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}')
  return name
}

export const keyOf = ({ account, region }: Call, name: string): [string, string, string] => [account, region, name]
