import type { Finding } from '../source/finding.ts'
import type { Spot } from '../source/spot.ts'

export function unknownManagedPolicy(arn: string, holder: string, spot: Spot): Finding {
  const ofAws = /^arn:aws[^:]*:iam::aws:/.test(arn)
  return {
    code: 'unknown-managed-policy',
    severity: 'warning',
    message: `${arn}, attached to ${holder}, is ${ofAws ? 'a policy of AWS whose text is not carried here' : 'made by no template that was given'}`,
    consequence:
      'what it allows is not known: it counts as nothing where a permission is needed, and may allow anything where one is feared',
    cure: ofAws ? 'write what is needed of it as a policy of your own' : 'give the template that makes it too',
    page: 'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html',
    spot,
  }
}
