import { because, isAwsError } from '../../engine/index.ts'
import type { Call, Env, Principal } from '../../gate/index.ts'
import { parseResource } from './asl/index.ts'
import { accessDenied } from './errors.ts'

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html: one rule an integration that waits. */
const rules: Record<string, { rule: string; source: string; detailType: string }> = {
  'sagemaker:createTrainingJob': {
    rule: 'StepFunctionsGetEventsForSageMakerTrainingJobsRule',
    source: 'aws.sagemaker',
    detailType: 'SageMaker Training Job State Change',
  },
  'sagemaker:createTransformJob': {
    rule: 'StepFunctionsGetEventsForSageMakerTransformJobsRule',
    source: 'aws.sagemaker',
    detailType: 'SageMaker Transform Job State Change',
  },
  'sagemaker:createHyperParameterTuningJob': {
    rule: 'StepFunctionsGetEventsForSageMakerTuningJobsRule',
    source: 'aws.sagemaker',
    detailType: 'SageMaker HyperParameter Tuning Job State Change',
  },
  'states:startExecution': {
    rule: 'StepFunctionsGetEventsForStepFunctionsExecutionRule',
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
  },
}

const resource = /"Resource"\s*:\s*"([^"]+\.sync(?::2)?)"/g

function rulesOf(definition: string): (typeof rules)[string][] {
  const found = new Set<(typeof rules)[string]>()
  for (const [, arn = ''] of definition.matchAll(resource)) {
    const parsed = parseResource(arn)
    const rule = parsed?.kind === 'service' ? rules[`${parsed.service}:${parsed.api}`] : undefined
    if (rule !== undefined) found.add(rule)
  }
  return [...found]
}

/** Made with the machine's own role when the machine is created or updated; what the role lacks is told in one sentence. */
export async function ensureManagedRules(definition: string, roleArn: string, call: Call, env: Env): Promise<void> {
  const needed = rulesOf(definition)
  if (needed.length === 0) return
  const cause = because(call.cause, { kind: 'request', id: call.requestId, name: call.operation })
  const options = { cause, region: call.region, via: ['states.amazonaws.com'] }
  const as = await role(roleArn, call, env)
  try {
    for (const { rule, source, detailType } of needed) {
      await env.invoke(
        as,
        'events',
        'PutRule',
        {
          Name: rule,
          EventPattern: JSON.stringify({ source: [source], 'detail-type': [detailType] }),
          State: 'ENABLED',
          Description: 'This rule is used to notify Step Functions regarding integrated jobs',
        },
        options,
      )
      const target = { Id: rule, Arn: `arn:aws:states:${call.region}:${as.account}:managed-rule/${rule}` }
      await env.invoke(as, 'events', 'PutTargets', { Rule: rule, Targets: [target] }, options)
      await env.invoke(as, 'events', 'DescribeRule', { Name: rule }, options)
    }
  } catch (error) {
    if (isAwsError(error, 'AccessDeniedException', 'AccessDenied'))
      throw accessDenied(`'${roleArn}' is not authorized to create managed-rule.`)
    throw error
  }
}

async function role(roleArn: string, call: Call, env: Env): Promise<Principal> {
  try {
    return await env.assume('states.amazonaws.com', roleArn, {
      region: call.region,
      session: 'StepFunctions',
      cause: call.cause,
    })
  } catch (error) {
    if (!isAwsError(error, 'AccessDenied')) throw error
    throw accessDenied(
      'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.',
    )
  }
}
