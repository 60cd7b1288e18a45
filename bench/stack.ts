import { setTimeout as sleep } from 'node:timers/promises'
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import type { Row } from './row.ts'
import type { TwinServer } from './twin-server.ts'

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' }],
}

/** A hundred of what stacks are made of: roles with policies, buckets, log groups, and machines that need a role each. */
function template(): string {
  const some = (count: number, name: string, make: (number: number) => object) =>
    Object.fromEntries(Array.from({ length: count }, (_, number) => [`${name}${number}`, make(number)]))
  return JSON.stringify({
    Resources: {
      ...some(40, 'Role', number => ({
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: trust,
          Policies: [
            {
              PolicyName: 'read',
              PolicyDocument: {
                Version: '2012-10-17',
                Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::data/${number}/*` }],
              },
            },
          ],
        },
      })),
      ...some(20, 'Bucket', () => ({ Type: 'AWS::S3::Bucket' })),
      ...some(20, 'Logs', () => ({ Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 30 } })),
      ...some(20, 'Machine', number => ({
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          RoleArn: { 'Fn::GetAtt': [`Role${number}`, 'Arn'] },
          DefinitionString: JSON.stringify({ StartAt: 'Pass', States: { Pass: { Type: 'Pass', End: true } } }),
        },
      })),
    },
  })
}

const times = 3

/** From CreateStack until it is complete; the best of a few. */
export async function stackRow({ endpoint, operator }: TwinServer): Promise<Row> {
  const client = new CloudFormationClient({ endpoint, region: 'us-east-1', credentials: operator })
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < times; round++) {
    const StackName = `hundred-${round}`
    const began = performance.now()
    await client.send(new CreateStackCommand({ StackName, TemplateBody: template(), Capabilities: ['CAPABILITY_IAM'] }))
    await complete(client, StackName)
    best = Math.min(best, (performance.now() - began) / 1000)
  }
  return { measure: 'stack of 100 resources', ours: best, unit: 's', target: { of: 'value', most: 1.5 } }
}

async function complete(client: CloudFormationClient, StackName: string): Promise<void> {
  for (;;) {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }))
    const { StackStatus, StackStatusReason } = Stacks[0] ?? {}
    if (StackStatus === 'CREATE_COMPLETE') return
    if (StackStatus !== 'CREATE_IN_PROGRESS') throw new Error(`the stack is ${StackStatus}: ${StackStatusReason}`)
    await sleep(10)
  }
}
