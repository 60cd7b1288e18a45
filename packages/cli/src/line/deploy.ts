import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { Definition } from '@tripoint/pipeline'
import type { StackEntry, Synthesis } from '@tripoint/stacks'
import { accountById } from '../cloud/accounts.ts'
import { type Cloud, client } from '../cloud/cloud.ts'
import type { Report } from '../report/event.ts'
import { failureOf } from '../report/explain.ts'
import { Failure } from '../report/failure.ts'
import { checkPeople } from './people.ts'
import { deployStack } from './stack.ts'

export interface DeployOptions {
  report: Report
  signal?: AbortSignal
  /** Make the IAM users that the definition names and that are not there. */
  makePeople?: boolean
}

/** Deploys the stacks in their order, those that wait for the same one in parallel; the outputs of each by its name. */
export async function deploy(
  definition: Definition,
  { manifest, templates }: Pick<Synthesis, 'manifest' | 'templates'>,
  cloud: Cloud,
  { report, signal, makePeople = false }: DeployOptions,
): Promise<Record<string, Record<string, string>>> {
  await checkAccounts(definition, cloud, manifest.stacks)
  await checkPeople(definition, cloud.account('shared'), { make: makePeople, report })
  const running = new Map<string, Promise<Record<string, string>>>()
  const one = async (entry: StackEntry): Promise<Record<string, string>> => {
    const needed = new Map(
      await Promise.all(entry.dependsOn.map(async name => [name, await running.get(name)] as const)),
    )
    const parameters = Object.fromEntries(
      Object.entries(entry.parameters).map(([name, { stack, output }]) => [name, needed.get(stack)?.[output] ?? '']),
    )
    return deployStack(
      accountById(definition, cloud, entry.account),
      {
        name: entry.name,
        template: JSON.stringify(templates[entry.name]),
        parameters,
        capabilities: entry.capabilities,
      },
      { pace: cloud.pace, report, ...(signal === undefined ? {} : { signal }) },
    )
  }
  for (const entry of manifest.stacks) running.set(entry.name, one(entry))
  // All are waited for, so that no stack is left without an observer when another fails.
  const settled = await Promise.allSettled(running.values())
  const failed = settled.find(result => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return Object.fromEntries(
    [...running.keys()].map((name, at) => [
      name,
      (settled[at] as PromiseFulfilledResult<Record<string, string>>).value,
    ]),
  )
}

/** Says before the first change whose credentials are missing or belong to another account. */
async function checkAccounts(definition: Definition, cloud: Cloud, stacks: readonly StackEntry[]): Promise<void> {
  const one = async (id: string) => {
    const connection = accountById(definition, cloud, id)
    const role = Object.keys(definition.accounts).find(name => definition.accounts[name] === id) ?? id
    let found: string | undefined
    try {
      found = (await client(STSClient, connection).send(new GetCallerIdentityCommand({}))).Account
    } catch (error) {
      const failure = failureOf(error)
      if (failure === undefined) throw error
      throw new Failure(
        `the account "${role}" (${id}) cannot be reached: ${failure.message}`,
        failure.cure ?? `name its credentials: --profile ${role}=PROFILE, or --state DIR for a twin`,
      )
    }
    if (found !== id) {
      throw new Failure(
        `the credentials of "${role}" belong to account ${found}, not ${id}`,
        `use a profile of ${id}: --profile ${role}=PROFILE`,
      )
    }
  }
  await Promise.all([...new Set(stacks.map(stack => stack.account))].map(one))
}
