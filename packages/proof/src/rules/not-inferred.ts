import { INTEGRATIONS } from '../infer/integration.ts'
import { tasksOf } from '../infer/machine-need.ts'
import { PROVIDERS } from '../infer/provider.ts'
import { integrationOf } from '../infer/task.ts'
import { leftOutOf } from '../managed/managed-policies.ts'
import type { Rule } from './rule.ts'
import { isMade } from './written.ts'

const UNKNOWN =
  'its permissions are not among what is needed here: they are neither proved, nor missed when they are not there'

export const unknownProvider: Rule = {
  code: 'unknown-action-provider',
  severity: 'note',
  about: 'what an action of this provider needs is not known',
  covers: [],
  page: 'https://docs.aws.amazon.com/codepipeline/latest/userguide/integrations-action-type.html',
  ofInference: true,
  find: ({ pipelines }) =>
    pipelines
      .flatMap(pipeline => pipeline.actions)
      .filter(({ provider }) => !Object.hasOwn(PROVIDERS, provider))
      .map(({ step, provider, spot }) => ({
        message: `what ${step} needs, an action of ${provider === '' ? 'no provider' : provider}, is not known here`,
        consequence: UNKNOWN,
        cure: `known are ${Object.keys(PROVIDERS).join(', ')}`,
        spot,
      })),
}

export const unknownTask: Rule = {
  code: 'unknown-task',
  severity: 'note',
  about: 'what a task of this integration needs is not known',
  covers: [],
  page: 'https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html',
  ofInference: true,
  find: line =>
    line.machines.flatMap(machine => {
      const known = new Set(tasksOf(machine, line).map(({ state }) => state))
      return machine.states
        .filter(({ type }) => type === 'Task')
        .filter(state => {
          const call = integrationOf(state.resource ?? '')?.call
          return (
            !known.has(state) ||
            !(call === 'lambda:function' || (call !== undefined && Object.hasOwn(INTEGRATIONS, call)))
          )
        })
        .map(({ name, resource, spot }) => ({
          message: `what state ${name} needs, a task of ${resource ?? 'no resource'}, is not known here`,
          consequence: UNKNOWN,
          cure: `known are ${Object.keys(INTEGRATIONS).join(', ')}`,
          spot,
        }))
    }),
}

export const unreadDefinition: Rule = {
  code: 'unread-definition',
  severity: 'note',
  about: 'the definition of a state machine cannot be read',
  covers: [],
  page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachine.html',
  ofInference: true,
  find: ({ machines }) =>
    machines.flatMap(machine =>
      machine.unread === undefined
        ? []
        : [
            {
              message: `the definition of ${machine.logicalId} cannot be read: ${machine.unread}`,
              consequence: 'what its tasks need is not among what is needed here',
              cure: 'put it into the template, as Definition or DefinitionString of JSON',
              spot: machine.definition,
            },
          ],
    ),
}

export const uninferredStack: Rule = {
  code: 'stack-role-not-inferred',
  severity: 'note',
  about: 'what CloudFormation needs to make the resources of a template is known of state machines alone',
  covers: [],
  page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html',
  ofInference: true,
  find: ({ world, pipelines, deployed }) =>
    pipelines
      .flatMap(({ actions }) => actions)
      .filter(({ provider, configuration }) => provider === 'CloudFormation' && makes(configuration.ActionMode))
      .flatMap(action => {
        const stack = deployed.find(each => each.action === action)?.stack.name
        const types = world.resources.flatMap(each => (each.stack === stack && isMade(each) ? each.type : []))
        const others = [...new Set(types)].filter(type => type !== 'AWS::StepFunctions::StateMachine')
        if (stack !== undefined && others.length === 0) return []
        return [
          {
            message: `what CloudFormation needs in ${action.step} ${stack === undefined ? 'is not known here: the template that it deploys was not given' : `to make ${others.join(', ')} is not known here`}`,
            consequence: UNKNOWN,
            cure: 'look through the role that CloudFormation works with by hand',
            spot: action.spot,
          },
        ]
      }),
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html */
const makes = (mode: unknown): boolean => mode !== 'DELETE_ONLY' && mode !== 'CHANGE_SET_EXECUTE'

export const partialManagedPolicy: Rule = {
  code: 'managed-policy-in-part',
  severity: 'note',
  about: "of one of AWS's managed policies only what matters to a delivery line is known",
  covers: [],
  page: 'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html',
  find: ({ world }) =>
    world.principals.flatMap(({ arn, identity }) =>
      identity.flatMap(({ managed, spot }) => {
        const services = managed === undefined ? [] : leftOutOf(managed)
        return services.length === 0
          ? []
          : [
              {
                message: `what ${managed}, attached to ${arn}, says of ${services.join(', ')} is not known here`,
                consequence:
                  'of these services nothing is claimed: neither that they are allowed, nor that they are not',
                cure: 'write what is needed of it as a policy of your own',
                spot,
              },
            ]
      }),
    ),
}
