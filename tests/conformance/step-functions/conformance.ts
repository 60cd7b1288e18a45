import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { SFNClient } from '@aws-sdk/client-sfn'
import type { Target } from '../endpoint.ts'
import { check } from './check.ts'
import type { Difference } from './compare.ts'
import { readScenarios, type Scenario, shortId } from './scenario.ts'

/** The differences from AWS by scenario; a scenario without any has an empty list. */
export async function conformance({ config }: Target, filter = ''): Promise<Map<string, Difference[]>> {
  const client = new SFNClient({
    ...config,
    maxAttempts: 1,
    ...('endpoint' in config ? { disableHostPrefix: true } : {}),
  })
  const roles = process.env.CONFORMANCE_ROLES?.split(',') ?? (await createRoles(config))
  const scenarios = readScenarios().filter(({ id }) => id.includes(filter))
  const found = new Map<string, Difference[]>(scenarios.map(scenario => [shortId(scenario), []]))
  const [alone, together] = [scenarios.filter(listsAll), scenarios.filter(scenario => !listsAll(scenario))]
  const run = async (queue: Iterable<Scenario>) => {
    for (const scenario of queue) found.set(shortId(scenario), await check(client, roles, scenario))
  }
  await run(alone)
  const queue = together.values()
  await Promise.all(Array.from({ length: 16 }, () => run(queue)))
  client.destroy()
  return found
}

/** Sees what other scenarios have made, if they run beside it or before. */
const listsAll = ({ steps }: Scenario): boolean =>
  steps.some(({ op }) => op === 'ListActivities' || op === 'ListStateMachines')

/** Two execution roles, the most that a scenario has, which may do all: the scenarios are not about permissions. */
async function createRoles(config: Target['config']): Promise<string[]> {
  const iam = new IAMClient(config)
  const trust = { Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' }
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
  const names = ['one', 'two'].map(name => `step-functions-conformance-${name}-${Date.now().toString(36)}`)
  const roles = names.map(async RoleName => {
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: policy(trust) }))
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'all', PolicyDocument: policy(everything) }))
    return Role?.Arn as string
  })
  const arns = await Promise.all(roles)
  iam.destroy()
  return arns
}

const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
