import type { Cause } from '../../engine/index.ts'
import type { Env, Principal } from '../../gate/index.ts'

export interface OnBehalf {
  readonly role: string
  readonly functionArn: string
  readonly cause: Cause
}

/** The function's role as Lambda: its session bears the function's name. https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html */
export const takeRole = (env: Env, { role, functionArn, cause }: OnBehalf): Promise<Principal> => {
  const [, , , region = '', account = '', , name = ''] = functionArn.split(':')
  // STS takes no session name of one character.
  const session = name.padEnd(2, '-')
  return env.assume('lambda.amazonaws.com', role, { region, session, cause, source: { arn: functionArn, account } })
}
