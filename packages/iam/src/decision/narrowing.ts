import { arnFields } from '../language/arn.ts'
import { contextOf } from '../language/context.ts'
import { providerOf } from '../language/principal.ts'
import type { AccessRequest } from '../language/request.ts'

/**
 * The conditions that make a statement mean this request and not its like: the service it comes through, the service that a
 * role is passed to, on whose behalf a service calls.
 */
export function narrowing(request: AccessRequest): Record<string, Record<string, unknown>> {
  const conditions: Record<string, Record<string, unknown>> = {}
  const context = contextOf(request)
  const service = request.action.split(':')[0]!.toLowerCase()
  for (const name of namesOf(request, service)) {
    const values = context.get(name.toLowerCase())
    if (!values || values.some(value => value.includes('${'))) continue
    const operator = operatorFor(name, values)
    conditions[operator] = { ...conditions[operator], [name]: values.length === 1 ? values[0] : values }
  }
  return conditions
}

const BY_SERVICE: Record<string, readonly string[]> = {
  // https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
  kms: ['kms:ViaService', 'kms:GrantIsForAWSResource'],
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
  iam: ['iam:PassedToService', 'iam:AssociatedResourceArn'],
  sts: ['sts:ExternalId'],
  s3: ['s3:prefix'],
  cloudwatch: ['cloudwatch:namespace'],
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html */
const DEPUTY = ['aws:SourceArn', 'aws:SourceAccount']

function namesOf({ requester, context, resourceRule }: AccessRequest, service: string): readonly string[] {
  const own = Object.hasOwn(BY_SERVICE, service) ? BY_SERVICE[service]! : []
  if (requester.type === 'service') return [...own, ...DEPUTY]
  // A provider's claims: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
  if (providerOf(requester) && resourceRule === 'trust')
    return [...own, ...Object.keys(context).filter(name => /:(aud|sub)$/i.test(name))]
  return own
}

const BOOLEAN = new Set(['kms:GrantIsForAWSResource'])
const ARNS = new Set(['aws:SourceArn', 'iam:AssociatedResourceArn'])

function operatorFor(name: string, values: readonly string[]): string {
  if (BOOLEAN.has(name)) return 'Bool'
  const arns = ARNS.has(name) && values.every(value => arnFields(value) && !/[*?]/.test(value))
  return arns ? 'ArnEquals' : 'StringEquals'
}
