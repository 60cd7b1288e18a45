import type { AccessRequest } from '../language/request.ts'

/**
 * Why the requester's service control policies hold nothing back, or undefined when they do.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html#scp-effects-on-permissions
 */
export function scpExemption({ requester, managementAccount }: AccessRequest): string | undefined {
  if (!requester.account)
    return 'service control policies bind users and roles of accounts, and this requester is neither'
  if (isServiceLinked(requester.roleArn)) return 'service control policies do not bind service-linked roles'
  if (requester.account === managementAccount) return 'service control policies do not bind the management account'
  return undefined
}

/**
 * Why the resource's resource control policies hold nothing back, or undefined when they do.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#actions-not-restricted-by-rcps
 */
export function rcpExemption({
  requester,
  resourceAccount,
  managementAccount,
  action,
}: AccessRequest): string | undefined {
  if (isServiceLinked(requester.roleArn)) return 'resource control policies do not bind service-linked roles'
  if (resourceAccount === managementAccount)
    return 'resource control policies do not bind resources of the management account'
  const lower = action.toLowerCase()
  // https://docs.aws.amazon.com/kms/latest/developerguide/resource-control-policies.html
  if (lower === 'kms:retiregrant') return 'kms:RetireGrant is never held back by resource control policies'
  const service = lower.split(':')[0]!
  return RCP_SERVICES.has(service) ? undefined : `resource control policies do not reach ${service}`
}

export function isServiceLinked(roleArn: string | undefined): boolean {
  return roleArn?.includes(':role/aws-service-role/') ?? false
}

/**
 * The services whose resources they reach, as of September 2026.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services
 */
export const RCP_SERVICES: ReadonlySet<string> = new Set(
  `aoss appconfig appstream autoscaling autoscaling-plans budgets clouddirectory cloudfront cloudsearch cloudtrail-data
  codeartifact codebuild codecommit codepipeline cognito-identity cognito-idp comprehend comprehendmedical
  compute-optimizer cost-optimization-hub dax dsql dynamodb ecr ecr-public events firehose fis fms gamelift health
  inspector-scan kendra kinesisvideo kms logs memorydb networkmonitor notifications opensearch pca-connector-ad
  personalize polly pricing resource-groups rolesanywhere s3 secretsmanager servicediscovery signin sqs sts support swf
  textract timestream-influxdb transcribe transfer translate wafv2 workspaces xray`.split(/\s+/),
)
