import {
  BootstraplessSynthesizer,
  CfnDeletionPolicy,
  CfnOutput,
  CfnParameter,
  CfnResource,
  type IStackSynthesizer,
  Stack,
} from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { StackPlan } from './plan.ts'

/** A planned stack as CDK constructs: no bootstrap, no assets, every name and logical id ours. */
export class LineStack extends Stack {
  constructor(scope: Construct, plan: StackPlan) {
    super(scope, plan.name, {
      stackName: plan.name,
      description: plan.title,
      env: { account: plan.account, region: plan.region },
      synthesizer: bootstrapless(),
      analyticsReporting: false,
    })
    if (usesKey(plan))
      new CfnParameter(this, 'KeyArn', {
        type: 'String',
        description: "the ARN of the line's key, an output of its base stack",
        allowedPattern: '^arn:aws:kms:.*:key/.*$',
      })
    for (const planned of plan.resources) {
      const resource = new CfnResource(this, planned.logicalId, { type: planned.type, properties: planned.properties })
      if (planned.precious) {
        resource.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN
        resource.cfnOptions.deletionPolicy = CfnDeletionPolicy.DELETE
      }
    }
    for (const [name, value] of Object.entries(plan.outputs))
      new CfnOutput(this, `${name}Output`, { value: value as string }).overrideLogicalId(name)
  }
}

// CDK's own declarations disagree under exactOptionalPropertyTypes.
const bootstrapless = () => new BootstraplessSynthesizer() as unknown as IStackSynthesizer

export const usesKey = (plan: StackPlan): boolean => JSON.stringify(plan.resources).includes('{"Ref":"KeyArn"}')
