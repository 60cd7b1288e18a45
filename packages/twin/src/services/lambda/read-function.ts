import type * as lambda from '@aws-sdk/client-lambda'
import { refuseOthers } from '../../engine/index.ts'
import { type AnyOperation, operation, pageByName } from '../../gate/index.ts'
import { downloadUrl } from './code-download.ts'
import { invalid } from './errors.ts'
import { configuration, findFunction, functions, onFunction, targetOf } from './function.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html */
const getFunction = operation<typeof lambda, 'GetFunction'>({
  authorize: (input, context) => [
    onFunction(context, targetOf(context.call, input.FunctionName, input.Qualifier), 'GetFunction'),
  ],
  run(input, { tx, call, env }) {
    const found = findFunction(tx, targetOf(call, input.FunctionName, input.Qualifier))
    return {
      Configuration: configuration(found),
      Code: { RepositoryType: 'S3', Location: downloadUrl(env, found.code) },
      ...(Object.keys(found.tags).length === 0 ? {} : { Tags: found.tags }),
    }
  },
})

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html */
const getFunctionConfiguration = operation<typeof lambda, 'GetFunctionConfiguration'>({
  authorize: (input, context) => [
    onFunction(context, targetOf(context.call, input.FunctionName, input.Qualifier), 'GetFunctionConfiguration'),
  ],
  run: (input, { tx, call }) => configuration(findFunction(tx, targetOf(call, input.FunctionName, input.Qualifier))),
})

const wrongMarker = () => invalid('Unable to parse pagination token.')

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html: 50 a page. */
const listFunctions = operation<typeof lambda, 'ListFunctions'>({
  authorize: () => [{ action: 'lambda:ListFunctions', resource: '*' }],
  run(input, { tx, call }) {
    // There are no versions other than $LATEST, so ALL lists the same.
    refuseOthers(input, { Marker: true, MaxItems: true, FunctionVersion: ['ALL'] }, 'lambda:ListFunctions')
    const all = [...functions.list(tx, call.account, call.region)]
    const size = Math.min(input.MaxItems ?? 50, 50)
    const { shown, next } = pageByName(all, ({ name }) => name, input.Marker, size, wrongMarker)
    return {
      Functions: shown.map(record => {
        const { State: _state, LastUpdateStatus: _status, ...shape } = configuration(record)
        return shape
      }),
      ...(next === undefined ? {} : { NextMarker: next }),
    }
  },
})

/** https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html */
const deleteFunction = operation<typeof lambda, 'DeleteFunction'>({
  authorize: (input, context) => [
    onFunction(context, targetOf(context.call, input.FunctionName, input.Qualifier), 'DeleteFunction'),
  ],
  run(input, { tx, call }) {
    const { account, region, name } = findFunction(tx, targetOf(call, input.FunctionName, input.Qualifier))
    functions.delete(tx, account, region, name)
    return { StatusCode: 204 }
  },
})

export const functionOperations: Record<string, AnyOperation> = {
  DeleteFunction: deleteFunction,
  GetFunction: getFunction,
  GetFunctionConfiguration: getFunctionConfiguration,
  ListFunctions: listFunctions,
}
