import * as lambda from '@aws-sdk/client-lambda'
import type { Scene } from './path.ts'

const JOB = '00000000-0000-4000-8000-000000000000'

/** What whoever may invoke the deployer could say to it, that CodePipeline would not: none of it deploys anything. */
export const EVENTS: Readonly<Record<string, (scene: Scene) => object>> = {
  'an execution of another state machine': ({ home }) => ({
    actionConfiguration: {
      configuration: {
        UserParameters: JSON.stringify({ executionArn: home.machineArn.replace('stateMachine', 'execution') }),
      },
    },
  }),
  "a model that is none of the line's, by a token that it never gave": () => ({
    continuationToken: JSON.stringify({ id: JOB, training: 'escalation', history: [], asked: false }),
  }),
}

/** The error with which the function ends: it reports on a job that does not exist. */
export async function invokeWith({ actor, deploy }: Scene, data: object): Promise<string> {
  const { FunctionError, Payload } = await actor.send<lambda.InvokeCommandOutput>(
    'lambda',
    new lambda.InvokeCommand({
      FunctionName: deploy.function.name,
      Payload: Buffer.from(JSON.stringify({ 'CodePipeline.job': { id: JOB, data } })),
    }),
  )
  return `${FunctionError}: ${Buffer.from(Payload ?? []).toString()}`
}
