import type { AccessRequest, PrincipalType } from './request.ts'

/** The values of a condition key (given in lower case), or undefined when it is absent. */
export interface RequestContext {
  get(key: string): readonly string[] | undefined
}

/** The given keys, and those that follow from requester and resource. Lazy: most decisions look at few keys or none. */
export function contextOf(request: AccessRequest): RequestContext {
  let given: Map<string, readonly string[]> | undefined
  return {
    get(key) {
      given ??= lowerCased(request.context)
      const values = given.get(key) ?? listed(Object.hasOwn(DERIVED, key) ? DERIVED[key]?.(request) : undefined)
      return values && values.length > 0 ? values : undefined
    },
  }
}

function lowerCased(context: AccessRequest['context']): Map<string, readonly string[]> {
  const map = new Map<string, readonly string[]>()
  for (const key in context) map.set(key.toLowerCase(), listed(context[key])!)
  return map
}

function listed(value: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof value === 'string' ? [value] : value
}

type Derivation = (request: AccessRequest) => string | readonly string[] | undefined

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principaltype */
const PRINCIPAL_TYPE: Record<PrincipalType, string | undefined> = {
  root: 'Account',
  user: 'User',
  'federated-user': 'FederatedUser',
  'assumed-role': 'AssumedRole',
  anonymous: 'Anonymous',
  service: undefined,
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
const DERIVED: Record<string, Derivation> = {
  // The role, not the session: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
  'aws:principalarn': ({ requester }) => (requester.account ? (requester.roleArn ?? requester.arn) : undefined),
  'aws:principalaccount': ({ requester }) => requester.account || undefined,
  'aws:principaltype': ({ requester }) => PRINCIPAL_TYPE[requester.type],
  'aws:userid': ({ requester }) => requester.uniqueId || undefined,
  'aws:username': ({ requester }) => (requester.type === 'user' ? requester.arn.split('/').at(-1) : undefined),
  'aws:principalisawsservice': ({ requester }) => String(requester.type === 'service'),
  'aws:principalservicename': ({ requester }) => requester.service,
  'aws:principalservicenameslist': ({ requester }) => (requester.service ? [requester.service] : undefined),
  'aws:resourceaccount': ({ resourceAccount }) => resourceAccount || undefined,
  's3:resourceaccount': ({ resourceAccount, action }) => (/^s3:/i.test(action) && resourceAccount) || undefined,
  // https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account
  'kms:calleraccount': ({ requester, action }) => (/^kms:/i.test(action) && requester.account) || undefined,
}
