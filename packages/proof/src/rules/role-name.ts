import { accountOfArn, nameOfArn } from '@tripoint/pipeline'
import { list, text } from '../infer/field.ts'
import type { Line } from '../infer/line.ts'
import { isRole } from '../infer/principal.ts'
import { nearest } from '../source/nearest.ts'
import { below, type Spot } from '../source/spot.ts'
import { hasPlaceholder, member } from '../template/value.ts'
import { statementSpot } from '../world/statement-spot.ts'
import type { World } from '../world/world.ts'
import type { Rule } from './rule.ts'

interface NamedRole {
  readonly arn: string
  readonly by: string
  readonly spot: Spot
}

/** Roles that lines name, and who names them. */
const named = ({ pipelines, machines, functions, world }: Line): NamedRole[] =>
  [
    ...pipelines.flatMap(pipeline => [
      { arn: pipeline.role, by: `pipeline ${pipeline.name}`, spot: pipeline.roleSpot },
      ...pipeline.actions.flatMap(action => [
        { arn: action.role, by: action.step, spot: action.roleSpot },
        {
          arn: text(member(action.configuration, 'RoleArn')),
          by: `the configuration of ${action.step}`,
          spot: below(action.settings, 'RoleArn'),
        },
      ]),
    ]),
    ...machines.flatMap(machine => [
      { arn: machine.role, by: `state machine ${machine.name}`, spot: below(machine.spot, 'Properties', 'RoleArn') },
      ...machine.states.flatMap(state =>
        ['RoleArn', 'ExecutionRoleArn'].map(name => ({
          arn: text(member(state.parameters, name)),
          by: `state ${state.name}`,
          spot: state.spot,
        })),
      ),
    ]),
    ...functions.map(fn => ({ arn: fn.role, by: `function ${fn.name}`, spot: below(fn.spot, 'Role') })),
    ...world.resources
      .filter(({ type }) => type === 'AWS::Events::Rule')
      .flatMap(rule =>
        list(rule.properties.Targets).map((target, i) => ({
          arn: text(member(target, 'RoleArn')),
          by: `rule ${rule.name}`,
          spot: below(rule.spot, 'Properties', 'Targets', i, 'RoleArn'),
        })),
      ),
  ].flatMap(({ arn, ...rest }) => (isRole(arn) ? [{ arn, ...rest }] : []))

/** Of an account that no template of the set makes roles in, nothing can be said. */
function unmade(arn: string, { principals }: World): readonly string[] | undefined {
  if (hasPlaceholder(arn) || principals.some(principal => principal.arn === arn && principal.made)) return undefined
  const there = principals.filter(({ made, kind, account }) => made && kind === 'role' && account === accountOfArn(arn))
  return there.length === 0 ? undefined : there.map(principal => principal.arn)
}

/** AWS makes these itself. */
const FOREIGN = /:role\/(aws-service-role|aws-reserved)\//

function instead(arn: string, others: readonly string[]): string {
  const sameName = others.find(other => nameOfArn(other) === nameOfArn(arn))
  if (sameName !== undefined) return `; ${sameName} is made, with the path ${pathOf(sameName)} and not ${pathOf(arn)}`
  const name = nearest(nameOfArn(arn), others.map(nameOfArn))
  const like = others.find(other => nameOfArn(other) === name)
  return like === undefined ? '' : `; the nearest is ${like}`
}

const pathOf = (arn: string): string => arn.slice(arn.indexOf(':role/') + 5, arn.lastIndexOf('/') + 1)

export const roleNotMade: Rule = {
  code: 'role-not-made',
  severity: 'error',
  about: 'a pipeline, state machine, function or rule names a role that no template makes',
  covers: ['D13', 'F2'],
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-friendly-names',
  find: line =>
    named(line).flatMap(({ arn, by, spot }) => {
      const others = FOREIGN.test(arn) ? undefined : unmade(arn, line.world)
      return others === undefined
        ? []
        : [
            {
              message: `${by} names ${arn}, which no template makes${instead(arn, others)}`,
              consequence:
                'it is refused, or fails when it first uses the role: “is not authorized to perform AssumeRole on role”',
              cure: 'write the ARN of a role that is there, path included, or give the template that makes it too',
              spot,
            },
          ]
    }),
}

export const principalNotMade: Rule = {
  code: 'principal-not-made',
  severity: 'error',
  about: 'a policy names as principal a role that no template makes',
  covers: ['F3', 'F4'],
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html',
  find: ({ world }) =>
    [...new Set([...world.policies, ...world.principals.flatMap(({ trust }) => trust ?? [])])].flatMap(written =>
      written.policy.document.Statement.flatMap((statement, index) =>
        (statement.Principal?.AWS ?? []).flatMap(arn => {
          const others = isRole(arn) && !FOREIGN.test(arn) ? unmade(arn, world) : undefined
          return others === undefined
            ? []
            : [
                {
                  message: `a policy of ${written.owner} names the principal ${arn}, which no template makes${instead(arn, others)}`,
                  consequence:
                    'a principal has to exist when the policy is put: it is refused with MalformedPolicy, “invalid principal in policy”',
                  cure: 'name the account, with ArnEquals aws:PrincipalArn for the role, which need not exist yet',
                  spot: statementSpot(written, index),
                },
              ]
        }),
      ),
    ),
}
