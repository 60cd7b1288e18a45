import { placeOf } from '../source/spot.ts'
import type { Input } from './input.ts'
import type { World } from './world.ts'

/** A template in YAML that stands for one file, in account 111111111111 unless said otherwise. */
export const template = (text: string, more: Partial<Input> = {}): Input => ({
  name: 'a.yml',
  account: '111111111111',
  region: 'us-east-1',
  stack: 'a',
  text,
  ...more,
})

/** `code:line` of each finding. */
export const codes = (findings: World['findings']): string[] =>
  findings.map(({ code, spot }) => `${code}:${spot ? placeOf(spot).line : '-'}`)

export const role = (statement: string, trust = '') => `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: r
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: ${trust || '[{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }]'}
      Policies:
        - PolicyName: p
          PolicyDocument:
            Version: 2012-10-17
            Statement:
${statement
  .split('\n')
  .map(line => `              ${line}`)
  .join('\n')}
`
