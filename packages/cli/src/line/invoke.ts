import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime'
import { type Connection, client } from '../cloud/cloud.ts'

/** Sends rows of features, comma-separated, to the endpoint; the model's answer for each. */
export async function predict(connection: Connection, endpoint: string, rows: readonly string[]): Promise<number[]> {
  const answer = await client(SageMakerRuntimeClient, connection).send(
    new InvokeEndpointCommand({
      EndpointName: endpoint,
      ContentType: 'text/csv',
      Accept: 'text/csv',
      Body: Buffer.from(rows.join('\n')),
    }),
  )
  return Buffer.from(answer.Body).toString().trim().split(/[\n,]/).map(Number)
}
