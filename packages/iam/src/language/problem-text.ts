/** AWS's sentences about malformed policies. They name neither place nor value; the findings do. */
export const TEXT = {
  syntax: 'Syntax errors in policy.',
  version: 'Policy document must be version 2012-10-17 or greater.',
  legacy: 'The policy failed legacy parsing',
  sids: 'Statement IDs (SID) in a single policy must be unique.',
  sid: 'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
  noPrincipal: 'Policy document should not specify a principal.',
  missingPrincipal: 'Missing required field Principal',
  trustNotPrincipal: 'Has prohibited field NotPrincipal',
  trustResource: 'Has prohibited field Resource',
  actions: 'Policy statement must contain actions.',
  resources: 'Policy statement must contain resources.',
  resourceVendor: 'Resource vendor must be fully qualified and cannot contain regexes.',
  iamPath:
    'IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.',
  colons: 'Actions/Condition can contain only one colon.',
  vendor: 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
  policyType: 'The provided policy document does not meet the requirements of the specified policy type.',
  trustActions: 'AssumeRole policy may only specify STS AssumeRole actions.',
} as const

/** AWS names one problem: what does not parse before what is not allowed, resources before actions. */
const ORDER: readonly string[] = [
  TEXT.syntax,
  TEXT.version,
  TEXT.legacy,
  TEXT.sids,
  TEXT.noPrincipal,
  TEXT.missingPrincipal,
  TEXT.actions,
  TEXT.resources,
]

const AFTER_RESOURCES: readonly string[] = [TEXT.colons, TEXT.vendor, TEXT.trustActions]

export function rankOf(text: string): number {
  const rank = ORDER.indexOf(text)
  if (rank >= 0) return rank
  return ORDER.length + (AFTER_RESOURCES.includes(text) || text.startsWith('Vendor ') ? 1 : 0)
}
