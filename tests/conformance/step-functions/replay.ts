import * as sfn from '@aws-sdk/client-sfn'
import { type Answer, answered, errorText, refused } from './answer.ts'
import { type Call, isObject, type Json, parsed, type Scenario } from './scenario.ts'

type Send = (name: string, params: object) => Promise<Record<string, unknown> & { $metadata: unknown }>

export interface Replay {
  /** What a scenario's observation saw. */
  observe(step: number | null, literal: Json): Promise<Json | undefined>
  /** Calls that were refused though AWS answered them. */
  refusals: string[]
}

const commands = sfn as unknown as Record<string, new (input: object) => object>

const senderOf =
  (client: sfn.SFNClient): Send =>
  (name, params) =>
    client.send(new (commands[`${name}Command`] as new (input: object) => never)(params)) as never

/** The recordings' tests clean up after themselves, and look for what may be gone. */
const mayFail = /^(List|Delete|Stop)/

const recordedRole = /arn:aws:iam::\d{12}:role\/test-sfn-role-[0-9a-z]+/g

/** Makes a scenario's calls in order, with the ARNs that this implementation gave in place of the recording's. */
export async function replay(client: sfn.SFNClient, roles: readonly string[], { steps }: Scenario): Promise<Replay> {
  const send = senderOf(client)
  const recorded = new Set(JSON.stringify(steps).match(recordedRole))
  const arns = new Map([...recorded].map((role, index) => [role, roles[index] as string]))
  const answers: Answer[] = []
  const refusals: string[] = []
  const here = (params: Json): { [key: string]: string } => {
    let text = JSON.stringify(params)
    for (const [fake, real] of [...arns].reverse()) text = text.split(fake).join(real)
    return JSON.parse(text)
  }
  for (const [index, step] of steps.entries()) {
    const params = here(step.params)
    try {
      if (isAwaited(step, steps.slice(index + 1))) await ended(send, params.executionArn as string)
      const output = step.op === 'GetExecutionHistory' ? await wholeHistory(send, params) : await send(step.op, params)
      const made = output.executionArn ?? output.stateMachineArn ?? output.activityArn ?? output.stateMachineAliasArn
      if (step.fake && typeof made === 'string') arns.set(step.fake, made)
      answers.push(answered(output))
    } catch (error) {
      const answer = refused(error)
      answers.push(answer)
      if ('code' in answer && !step.raises && !mayFail.test(step.op) && answer.code !== 'ExecutionDoesNotExist')
        refusals.push(errorText(step.op, answer))
    }
  }
  return { refusals, observe: observer(steps, answers, send) }
}

/** A history or a description was read when the execution was over, unless the scenario then stops it. */
const isAwaited = ({ op, params, raises }: Call, later: readonly Call[]): boolean =>
  (op === 'GetExecutionHistory' || op === 'DescribeExecution') &&
  !raises &&
  !later.some(call => call.op === 'StopExecution' && call.params.executionArn === params.executionArn)

async function ended(send: Send, executionArn: string): Promise<Record<string, unknown>> {
  const limit = Date.now() + 60_000
  for (let pause = 10; Date.now() < limit; pause = Math.min(pause * 1.5, 500)) {
    const execution = await send('DescribeExecution', { executionArn })
    if (execution.status !== 'RUNNING') return execution
    await new Promise(resolve => setTimeout(resolve, pause))
  }
  throw new Error(`${executionArn} does not end`)
}

async function wholeHistory(send: Send, params: { [key: string]: unknown }): ReturnType<Send> {
  const events: unknown[] = []
  let last = await send('GetExecutionHistory', { maxResults: 1000, ...params })
  for (;;) {
    events.push(...(last.events as unknown[]))
    if (last.nextToken === undefined || params.maxResults !== undefined) break
    last = await send('GetExecutionHistory', { maxResults: 1000, ...params, nextToken: last.nextToken })
  }
  return { $metadata: last.$metadata, events }
}

const observer =
  (steps: readonly Call[], answers: readonly Answer[], send: Send): Replay['observe'] =>
  async (step, literal) => {
    const answer = step === null ? undefined : answers[step]
    if (step === null || answer === undefined) return outOf(literal, steps, answers, send)
    // A refusal that AWS did not give is not what was compared.
    return 'code' in answer === (steps[step]?.raises === true) ? answer.response : undefined
  }

/** A value that a test put together: errors as text, and what each input of a series of executions came to. */
async function outOf(literal: Json, steps: readonly Call[], answers: readonly Answer[], send: Send): Promise<Json> {
  const error = (index: number) => {
    const answer = answers[index]
    return answer !== undefined && 'code' in answer ? answer : undefined
  }
  const textOf = (index: number) => {
    const found = error(index)
    return found === undefined ? 'no error' : errorText(steps[index]?.op ?? '', found)
  }
  const runs = new Map<string, unknown>(
    answers.flatMap(({ response }, index) => {
      const { op, params } = steps[index] as Call
      return op === 'StartExecution' && isObject(response) ? [[params.input as string, response.executionArn]] : []
    }),
  )
  const fill = async (value: Json): Promise<Json> => {
    if (Array.isArray(value)) return Promise.all(value.map(fill))
    if (value === 'FakeClientError') return error(steps.findLastIndex(({ raises }) => raises))?.code ?? 'no error'
    if (!isObject(value)) return value
    if (typeof value.$exc === 'number') return textOf(value.$exc)
    const run = typeof value.input === 'string' && 'output' in value ? runs.get(value.input) : undefined
    if (typeof run === 'string') {
      const { output } = await ended(send, run)
      return { input: parsed(value.input as string), output: parsed((output as string | undefined) ?? 'null') }
    }
    return Object.fromEntries(
      await Promise.all(Object.entries(value).map(async ([key, item]) => [key, await fill(item)])),
    )
  }
  return fill(literal)
}
