import { invalidArn } from './errors.ts'

export interface Place {
  account: string
  region: string
}

export const machineArn = ({ account, region }: Place, name: string) =>
  `arn:aws:states:${region}:${account}:stateMachine:${name}`
export const activityArn = ({ account, region }: Place, name: string) =>
  `arn:aws:states:${region}:${account}:activity:${name}`
export const executionArn = ({ account, region }: Place, machine: string, name: string) =>
  `arn:aws:states:${region}:${account}:execution:${machine}:${name}`
export const expressArn = ({ account, region }: Place, machine: string, name: string, run: string) =>
  `arn:aws:states:${region}:${account}:express:${machine}:${name}:${run}`

export interface ParsedArn extends Place {
  type: string
  /** What follows the type: the machine, then a version, an alias or an execution. */
  name: string
  qualifier?: string
}

export function parseArn(arn: string | undefined, ...types: string[]): ParsedArn {
  const [prefix, partition, service, region = '', account = '', type = '', name = '', ...rest] = (arn ?? '').split(':')
  if (prefix !== 'arn' || !partition?.startsWith('aws') || service !== 'states' || name === '')
    throw invalidArn(arn ?? '')
  if (types.length > 0 && !types.includes(type)) throw invalidArn(arn ?? '')
  return { account, region, type, name, ...(rest.length === 0 ? {} : { qualifier: rest.join(':') }) }
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html (name) */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const forbidden = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/u

export const validName = (name: string | undefined): name is string =>
  name !== undefined && name.length > 0 && name.length <= 80 && !forbidden.test(name)
