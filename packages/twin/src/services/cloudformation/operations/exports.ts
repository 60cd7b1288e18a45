import type * as cloudformation from '@aws-sdk/client-cloudformation'
import { operation } from '../../../gate/index.ts'
import { findExport, importers, stackExports } from '../model/index.ts'
import { validationError } from '../template/index.ts'
import { page } from './request.ts'

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListExports.html */
export const listExports = operation<typeof cloudformation, 'ListExports'>({
  authorize: () => [{ action: 'cloudformation:ListExports', resource: '*' }],
  run(input, { tx, call }) {
    const { items, next } = page([...stackExports.list(tx, call.account, call.region)], input.NextToken)
    return {
      Exports: items.map(({ name, value, stack }) => ({ ExportingStackId: stack, Name: name, Value: value })),
      NextToken: next,
    }
  },
})

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListImports.html */
export const listImports = operation<typeof cloudformation, 'ListImports'>({
  authorize: () => [{ action: 'cloudformation:ListImports', resource: '*' }],
  run(input, { tx, call }) {
    const name = input.ExportName ?? ''
    if (findExport(tx, call.account, call.region, name) === undefined)
      throw validationError(`Export '${name}' does not exist.`)
    const users = importers(tx, call.account, call.region, name)
    if (users.length === 0) throw validationError(`Export '${name}' is not imported by any stack.`)
    const { items, next } = page(users, input.NextToken)
    return { Imports: items, NextToken: next }
  },
})
