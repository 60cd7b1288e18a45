import type * as lambda from '@aws-sdk/client-lambda'
import { parsePolicy } from '@tripoint/iam'
import { refuseOthers, type Tx } from '../../engine/index.ts'
import { type AnyOperation, type Env, operation, pinPrincipals } from '../../gate/index.ts'
import { invalid, noPolicy, noStatement, statementExists, violated, wrongRevision } from './errors.ts'
import {
  arnOf,
  findFunction,
  functions,
  type LambdaRecord,
  onFunction,
  type PolicyStatement,
  policyText,
  targetOf,
} from './function.ts'

const wrongPrincipal = () => invalid('The provided principal was invalid. Please check the principal and try again.')

const principalOf = (text: string): unknown => {
  if (text === '*') return '*'
  if (/^\d{12}$/.test(text)) return { AWS: `arn:aws:iam::${text}:root` }
  if (/^arn:aws:(iam|sts)::\d{12}:/.test(text)) return { AWS: text }
  if (/^[a-z][\w.-]*\.amazonaws\.com$/.test(text)) return { Service: text }
  throw wrongPrincipal()
}

const conditionOf = (input: lambda.AddPermissionRequest): PolicyStatement['Condition'] => {
  const equals = {
    'AWS:SourceAccount': input.SourceAccount,
    'lambda:EventSourceToken': input.EventSourceToken,
    'aws:PrincipalOrgID': input.PrincipalOrgID,
  }
  const given = Object.entries(equals).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const condition = {
    ...(given.length === 0 ? {} : { StringEquals: Object.fromEntries(given) }),
    ...(input.SourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': input.SourceArn } }),
  }
  return Object.keys(condition).length === 0 ? undefined : condition
}

function statementOf(input: lambda.AddPermissionRequest, resource: string): PolicyStatement {
  const { StatementId = '', Action = '', Principal = '' } = input
  if (!/^[\w-]{1,100}$/.test(StatementId)) {
    throw violated(StatementId, 'statementId', 'Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)')
  }
  if (!/^(lambda:[*]|lambda:[a-zA-Z]+|[*])$/.test(Action)) {
    const pattern = '(lambda:[*]|lambda:[a-zA-Z]+|[*])'
    throw violated(Action, 'action', `Member must satisfy regular expression pattern: ${pattern}`)
  }
  const Condition = conditionOf(input)
  const statement = { Sid: StatementId, Effect: 'Allow' as const, Principal: principalOf(Principal), Action }
  return { ...statement, Resource: resource, ...(Condition === undefined ? {} : { Condition }) }
}

const save = (tx: Tx, env: Env, found: LambdaRecord, policy: Omit<NonNullable<LambdaRecord['policy']>, 'revision'>) =>
  functions.put(tx, [found.account, found.region, found.name], {
    ...found,
    policy: { ...policy, revision: env.ids.uuid() },
  })

const checkRevision = (found: LambdaRecord, revision: string | undefined) => {
  if (revision !== undefined && revision !== found.policy?.revision) throw wrongRevision()
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
const addPermission = operation<typeof lambda, 'AddPermission'>({
  authorize: (input, context) => [
    onFunction(context, targetOf(context.call, input.FunctionName, input.Qualifier), 'AddPermission', {
      'lambda:Principal': input.Principal,
    }),
  ],
  run(input, { tx, call, env }) {
    const { FunctionUrlAuthType, InvokedViaFunctionUrl } = input
    refuseOthers({ FunctionUrlAuthType, InvokedViaFunctionUrl }, {}, 'lambda:AddPermission')
    const target = targetOf(call, input.FunctionName, input.Qualifier)
    const found = findFunction(tx, target)
    if (target.qualifier !== undefined) throw invalid('We currently do not support adding policies for $LATEST.')
    checkRevision(found, input.RevisionId)
    const statement = statementOf(input as lambda.AddPermissionRequest, arnOf(found))
    const { statements, pins } = found.policy ?? { statements: [], pins: {} }
    if (statements.some(({ Sid }) => Sid === statement.Sid)) throw statementExists(statement.Sid)
    const document = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: [statement] }))
    const pinned = pinPrincipals(tx, document)
    if (pinned.unknown.length > 0) throw wrongPrincipal()
    save(tx, env, found, { statements: [...statements, statement], pins: { ...pins, ...pinned.pins } })
    return { Statement: JSON.stringify(statement) }
  },
})

/** https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html */
const removePermission = operation<typeof lambda, 'RemovePermission'>({
  authorize: (input, context) => [
    onFunction(context, targetOf(context.call, input.FunctionName, input.Qualifier), 'RemovePermission'),
  ],
  run(input, { tx, call, env }) {
    const found = findFunction(tx, targetOf(call, input.FunctionName, input.Qualifier))
    const { statements = [], pins = {} } = found.policy ?? {}
    const rest = statements.filter(({ Sid }) => Sid !== input.StatementId)
    if (statements.length === 0) throw noPolicy()
    if (rest.length === statements.length) throw noStatement(input.StatementId ?? '')
    checkRevision(found, input.RevisionId)
    save(tx, env, found, { statements: rest, pins })
    return {}
  },
})

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html */
const getPolicy = operation<typeof lambda, 'GetPolicy'>({
  authorize: (input, context) => [
    onFunction(context, targetOf(context.call, input.FunctionName, input.Qualifier), 'GetPolicy'),
  ],
  run(input, { tx, call }) {
    const found = findFunction(tx, targetOf(call, input.FunctionName, input.Qualifier))
    const Policy = policyText(tx, found)
    if (Policy === undefined) throw noPolicy()
    return { Policy, RevisionId: found.policy?.revision }
  },
})

export const permissionOperations: Record<string, AnyOperation> = {
  AddPermission: addPermission,
  GetPolicy: getPolicy,
  RemovePermission: removePermission,
}
