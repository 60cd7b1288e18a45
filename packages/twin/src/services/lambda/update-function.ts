import type * as lambda from '@aws-sdk/client-lambda'
import { type Honoured, refuseOthers } from '../../engine/index.ts'
import { type Context, type Demand, operation } from '../../gate/index.ts'
import { keepCode } from './code-package.ts'
import { checkRole } from './create-function.ts'
import { wrongRevision } from './errors.ts'
import {
  arnOf,
  type CodePackage,
  configuration,
  findFunction,
  functions,
  onFunction,
  saveFunction,
  targetOf,
} from './function.ts'
import { architecturesAfter, honoured, passes, settingsAfter } from './settings.ts'

const codeMembers: Honoured = {
  FunctionName: true,
  ZipFile: true,
  S3Bucket: true,
  S3Key: true,
  S3ObjectVersion: true,
  DryRun: true,
  RevisionId: true,
  Publish: [false],
  Architectures: ['x86_64', 'arm64'],
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html */
export const updateFunctionCode = operation<typeof lambda, 'UpdateFunctionCode', CodePackage>({
  authorize: (input, context) => [
    onFunction(context, targetOf(context.call, input.FunctionName), 'UpdateFunctionCode'),
  ],
  async stage(input, context) {
    refuseOthers(input, codeMembers, 'lambda:UpdateFunctionCode')
    findFunction(context.read, targetOf(context.call, input.FunctionName))
    return keepCode(input, context)
  },
  run(input, { tx, call, env }, code) {
    const found = findFunction(tx, targetOf(call, input.FunctionName))
    if (input.RevisionId !== undefined && input.RevisionId !== found.revision) throw wrongRevision()
    const architectures = architecturesAfter(input, found.architectures)
    const changed = { ...found, code, architectures }
    return configuration(input.DryRun === true ? changed : saveFunction(tx, env, changed))
  },
})

/** Whoever leaves the role as it is passes none. */
function passesOther(
  input: { FunctionName: string | undefined; Role?: string | undefined },
  context: Context,
): Demand[] {
  const { account, region, name } = targetOf(context.call, input.FunctionName)
  const found = functions.get(context.read, account, region, name)
  if (input.Role === undefined || input.Role === found?.role) return []
  return [passes(context.call, input.Role, arnOf({ account, region, name }))]
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html */
export const updateFunctionConfiguration = operation<typeof lambda, 'UpdateFunctionConfiguration'>({
  authorize: (input, context) => [
    onFunction(context, targetOf(context.call, input.FunctionName), 'UpdateFunctionConfiguration'),
    ...passesOther(input, context),
  ],
  async stage(input, context) {
    refuseOthers(input, honoured, 'lambda:UpdateFunctionConfiguration')
    const found = findFunction(context.read, targetOf(context.call, input.FunctionName))
    const { role } = settingsAfter(input, found)
    if (role !== found.role) await checkRole(role, arnOf(found), context)
  },
  run(input, { tx, call, env }) {
    const found = findFunction(tx, targetOf(call, input.FunctionName))
    if (input.RevisionId !== undefined && input.RevisionId !== found.revision) throw wrongRevision()
    return configuration(saveFunction(tx, env, { ...found, ...settingsAfter(input, found) }))
  },
})
