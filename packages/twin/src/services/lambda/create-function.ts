import type * as lambda from '@aws-sdk/client-lambda'
import { type Honoured, isAwsError, refuseOthers } from '../../engine/index.ts'
import { type Context, operation, requestTags, resourceTags } from '../../gate/index.ts'
import { keepCode } from './code-package.ts'
import { functionExists, roleNotAssumable } from './errors.ts'
import { arnOf, type CodePackage, configuration, functions, onFunction, saveFunction, targetOf } from './function.ts'
import { takeRole } from './role.ts'
import { architecturesAfter, defaults, honoured, passes, settingsAfter } from './settings.ts'

const members: Honoured = {
  ...honoured,
  Code: { ZipFile: true, S3Bucket: true, S3Key: true, S3ObjectVersion: true },
  Tags: true,
  Publish: [false],
  Architectures: ['x86_64', 'arm64'],
  PackageType: ['Zip'],
}

/** Lambda looks whether it may take the role before it takes the function. */
export async function checkRole(role: string, functionArn: string, { call, env }: Context): Promise<void> {
  const onBehalf = { role, functionArn, cause: call.cause }
  await takeRole(env, onBehalf).catch((error: unknown) => {
    throw isAwsError(error) ? roleNotAssumable() : error
  })
}

const settingsOf = (input: lambda.CreateFunctionRequest, name: string) => ({
  ...settingsAfter(input, defaults(name)),
  architectures: architecturesAfter(input, ['x86_64']),
})

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
export const createFunction = operation<typeof lambda, 'CreateFunction', CodePackage>({
  authorize(input, context) {
    const target = targetOf(context.call, input.FunctionName)
    const tags = input.Tags ?? {}
    const keys = { ...requestTags(tags), ...resourceTags(tags) }
    const tagging = Object.keys(tags).length === 0 ? [] : [onFunction(context, target, 'TagResource', keys)]
    const arn = arnOf(target)
    return [
      onFunction(context, target, 'CreateFunction', keys),
      ...tagging,
      passes(context.call, input.Role ?? '', arn),
    ]
  },
  async stage(input, context) {
    refuseOthers(input, members, 'lambda:CreateFunction')
    const target = targetOf(context.call, input.FunctionName)
    const { role } = settingsOf(input as lambda.CreateFunctionRequest, target.name)
    if (functions.get(context.read, target.account, target.region, target.name)) throw functionExists(target.name)
    await checkRole(role, arnOf(target), context)
    return keepCode(input.Code ?? {}, context)
  },
  run(input, { tx, call, env }, code) {
    const { account, region, name } = targetOf(call, input.FunctionName)
    if (functions.get(tx, account, region, name)) throw functionExists(name)
    const settings = settingsOf(input as lambda.CreateFunctionRequest, name)
    return configuration(saveFunction(tx, env, { account, region, name, ...settings, code, tags: { ...input.Tags } }))
  },
})
