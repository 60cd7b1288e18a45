import type { Call, Env } from '../../gate/index.ts'
import { isObject, type Json, type JsonObject, parseJsonText } from './asl/index.ts'
import { validation } from './errors.ts'

/** The context object that a tested state sees when the caller gives none. */
export function contextOf(name: string, input: Json, roleArn: string | undefined, call: Call, env: Env): JsonObject {
  const machine = env.ids.uuid()
  const execution = env.ids.uuid()
  const now = new Date(env.clock.now()).toISOString()
  const prefix = `arn:aws:states:${call.region}:${call.account}`
  return {
    Execution: {
      Id: `${prefix}:express:${machine}:${execution}`,
      Input: input,
      Name: execution,
      ...(roleArn === undefined ? {} : { RoleArn: roleArn }),
      StartTime: now,
    },
    StateMachine: { Id: `${prefix}:stateMachine:${machine}`, Name: machine },
    State: { Name: name, EnteredTime: now, RetryCount: 0 },
  }
}

type Check = (value: Json, path: string) => void

const refuse = (message: string): never => {
  throw validation(`Invalid Context object provided: ${message}`)
}

const string: Check = (value, path) => {
  if (typeof value !== 'string') refuse(`${path} must be a string`)
}
const number: Check = (value, path) => {
  if (typeof value !== 'number') refuse(`${path} must be a number`)
}
const anything: Check = () => {}

const fields: Record<string, Record<string, Check>> = {
  Execution: {
    Id: string,
    Input: anything,
    Name: string,
    RoleArn: string,
    StartTime: string,
    RedriveCount: number,
    RedriveTime: string,
  },
  State: { EnteredTime: string, Name: string, RetryCount: number },
  StateMachine: { Id: string, Name: string },
  Task: { Token: string },
}

/** A context object of the caller's: only what the real one has. */
export function checkContext(text: string): JsonObject {
  const json = parseJsonText(text)
  if ('error' in json || !isObject(json.value)) return refuse('must be a valid JSON object')
  for (const [part, members] of Object.entries(json.value)) {
    if (part === 'Map') refuse("'Map' field is not supported when mocking a Context object")
    const known = fields[part]
    if (known === undefined) refuse(`Field '${part}' is not allowed`)
    else if (!isObject(members)) refuse(`${part} must be an object`)
    else
      for (const [member, value] of Object.entries(members)) {
        const check = known[member]
        if (check === undefined) refuse(`Field '${member}' is not allowed`)
        else check(value, `${part}.${member}`)
      }
  }
  return json.value
}
