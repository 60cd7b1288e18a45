import {
  type Access,
  functionAccesses,
  grant,
  hostingAccesses,
  PAGES,
  passes,
  reportAccesses,
  rolePrincipal,
} from '@tripoint/pipeline'
import type { Need } from '../needs/need.ts'
import { member } from '../template/value.ts'
import { keyArnOf } from './artifact.ts'
import { text } from './field.ts'
import { type Fn, invokedBy } from './function.ts'
import { type Line, machineRun } from './line.ts'
import { tasksOf } from './machine-need.ts'
import { needAt } from './need-at.ts'
import { type Action, type Pipeline, setting } from './pipeline.ts'
import { allowedOn, isRole, ownerOf, roleOf, trustsService } from './principal.ts'
import { integrationOf, namePattern } from './task.ts'
import { imageIn, modelsArn, s3Place } from './training-job.ts'

export function functionNeeds(fn: Fn, line: Line): Need[] {
  if (!isRole(fn.role)) return []
  const invoking = line.pipelines.flatMap(pipeline =>
    pipeline.actions.filter(action => invokedBy(action, [fn]) !== undefined).map(action => ({ pipeline, action })),
  )[0]
  const step = invoking?.action.step ?? fn.name
  const names = {
    id: fn.logicalId.toLowerCase(),
    account: fn.account,
    step,
    function: { name: fn.name, arn: fn.arn },
    deployerRole: roleOf(fn.role, 'function'),
  }
  const owed = [
    ...functionAccesses({ region: fn.region }, names),
    ...(invoking === undefined ? [] : reporting(fn, invoking, names, line)),
    ...called(fn, names, line),
    ...hosted(fn, invoking, step, line),
  ]
  return owed.map(needAt(fn.spot))
}

type FnNames = Parameters<typeof functionAccesses>[1]

/** A function that a pipeline invokes has to report: as itself, or as a role that it puts on. */
function reporting(
  fn: Fn,
  { pipeline, action }: { readonly pipeline: Pipeline; readonly action: Action },
  names: FnNames,
  { world }: Line,
): Access[] {
  const words = [setting(action, 'UserParameters') ?? '', ...Object.values(fn.environment)]
  const reporter =
    fn.calls.has('sts:AssumeRole') || fn.code === undefined
      ? world.principals.find(
          ({ kind, arn, account, name }) =>
            kind === 'role' &&
            account === pipeline.account &&
            arn !== fn.role &&
            words.some(
              word => word === arn || word === name || word.includes(`"${arn}"`) || word.includes(`"${name}"`),
            ),
        )
      : undefined
  return reportAccesses(
    { account: pipeline.account },
    { ...names, reporterRole: roleOf(reporter?.arn ?? '', 'reporter') },
    reporter === undefined ? 'self' : 'assume-role',
  )
}

/** What the inline code calls. On what, the code does not say: where the role allows the call at all, that is taken. */
function called(fn: Fn, names: FnNames, { world }: Line): Access[] {
  return [...fn.calls]
    .filter(call => !call.startsWith('codepipeline:') && call !== 'sts:AssumeRole')
    .flatMap(call => {
      const on = allowedOn(world, fn.role, call)
      return (on.length > 0 ? on : ['*']).flatMap(arn =>
        grant(
          {
            stage: names.id,
            who: 'function-role',
            hop: 'deploy',
            step: names.step,
            principal: rolePrincipal(names.deployerRole, fn.account),
          },
          { label: arn, arn, account: ownerOf(arn, fn.account), sides: ['identity'] },
          [[call, "the function's code calls it", PAGES.hostingPermissions]],
        ),
      )
    })
}

/** A function that makes models hands SageMaker a role, with which it loads what the line trained. */
function hosted(
  fn: Fn,
  invoking: { readonly pipeline: Pipeline; readonly action: Action } | undefined,
  step: string,
  line: Line,
): Access[] {
  if (!fn.calls.has('sagemaker:CreateModel')) return []
  const values = Object.values(fn.environment)
  const role = values.find(value => isRole(value) && trustsService(line.world, value, 'sagemaker.amazonaws.com'))
  if (role === undefined) return []
  const hosting = roleOf(role, 'hosting')
  const passing = passes(
    {
      stage: fn.logicalId.toLowerCase(),
      who: 'function-role',
      hop: 'deploy',
      step,
      principal: rolePrincipal(roleOf(fn.role, 'function'), fn.account),
    },
    hosting,
    fn.account,
    'sagemaker.amazonaws.com',
    PAGES.passRole,
  )
  const endpoint = values.find(value =>
    allowedOn(line.world, fn.role, 'sagemaker:CreateEndpoint').some(arn =>
      arn.toLowerCase().endsWith(`:endpoint/${value.toLowerCase()}`),
    ),
  )
  const image = values.map(imageIn).find(uri => uri !== '') ?? ''
  const models = modelsBefore(invoking?.pipeline, line)
  const key = models === undefined ? '' : models.key
  return [
    ...passing,
    ...hostingAccesses(
      { account: models?.account ?? fn.account, region: fn.region, keyArn: key },
      {
        id: fn.logicalId.toLowerCase(),
        account: fn.account,
        step,
        endpoint: { name: endpoint ?? '*', arn: '' },
        image,
        hostingRole: hosting,
        from: { modelsArn: models?.arn ?? '' },
      },
    ).filter(({ resource }) => resource !== '' && (image !== '' || !resource.startsWith('arn:aws:ecr:'))),
  ]
}

/** Where the training task of a pipeline writes its models. */
function modelsBefore(pipeline: Pipeline | undefined, line: Line) {
  for (const action of pipeline?.actions ?? []) {
    const machine = machineRun(action, pipeline!, line)
    for (const task of machine ? tasksOf(machine, line) : []) {
      if (integrationOf(task.state.resource ?? '')?.call !== 'sagemaker:createTrainingJob') continue
      const output = member(task.state.parameters, 'OutputDataConfig')
      const [bucket, prefix] = s3Place(text(member(output, 'S3OutputPath')))
      const name = namePattern(task, 'TrainingJobName')
      if (bucket === '') continue
      return {
        arn: modelsArn(bucket, prefix, name),
        key: keyArnOf(text(member(output, 'KmsKeyId'))),
        account:
          line.world.resources.find(each => each.type === 'AWS::S3::Bucket' && each.name === bucket)?.account ??
          pipeline!.account,
      }
    }
  }
  return undefined
}
