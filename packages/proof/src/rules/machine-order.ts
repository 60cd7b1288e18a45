import { nameOfArn } from '@tripoint/pipeline'
import { list, text } from '../infer/field.ts'
import { integrationOf } from '../infer/task.ts'
import { member } from '../template/value.ts'
import type { Rule } from './rule.ts'
import { writtenAt } from './written.ts'

const POLICIES = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy']

export const machineBeforePolicy: Rule = {
  code: 'machine-before-policy',
  severity: 'error',
  about: "a state machine may be made before its role's policy is attached",
  covers: ['F12'],
  page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html',
  find: ({ world, machines }) =>
    machines
      .filter(({ states }) => states.some(({ resource }) => integrationOf(resource ?? '')?.wait === '.sync'))
      .flatMap(machine => {
        const role = nameOfArn(machine.role)
        const after = member(writtenAt(machine.spot), 'DependsOn')
        const named = typeof after === 'string' ? [after] : list(after)
        return world.resources
          .filter(
            ({ type, stack, logicalId, properties }) =>
              POLICIES.includes(type) &&
              stack === machine.stack &&
              !named.includes(logicalId) &&
              (list(properties.Roles).includes(role) || text(properties.RoleName) === role),
          )
          .map(policy => ({
            message: `${machine.logicalId} does not wait for ${policy.logicalId}, which gives its role the managed rule`,
            consequence: 'CloudFormation may make the state machine first: “is not authorized to create managed-rule”',
            cure: `add DependsOn: ${policy.logicalId}, or put the policy into the role`,
            spot: machine.spot,
          }))
      }),
}
