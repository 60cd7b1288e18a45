import type { NamedRole } from '../names/names.ts'
import type { Absence, Access, Conditions, Hop, Principal, Side } from './access.ts'

/** Who is given something, and for which step; `grant` makes entries of the access list for it. */
export interface Grantee {
  readonly stage: string
  /** how the principal is called in ids: `training-role` */
  readonly who: string
  readonly hop: Hop
  readonly step: string
  readonly principal: Principal
}

export interface Target {
  /** how the resource is called in ids: `data` */
  readonly label: string
  readonly arn: string
  readonly account: string
  readonly sides: readonly Side[]
  readonly conditions?: Conditions
}

/** What one row says beside its action: why, on whose word, and what is seen without it. */
export type Row = readonly [action: string, because: string, page: string, absence?: Absence]

/** Without an absence of its own, an entry stops its step with an error that names the action. */
export const grant = (to: Grantee, on: Target, rows: readonly Row[]): Access[] =>
  rows.map(([action, because, page, absence]) => ({
    id: `${to.stage}/${to.who}/${action}/${on.label}`,
    hop: to.hop,
    step: to.step,
    principal: to.principal,
    action,
    resource: on.arn,
    account: on.account,
    ...(on.conditions ? { conditions: on.conditions } : {}),
    sides: on.sides,
    absence: absence ?? { does: 'stops-at', step: to.step, error: action },
    because,
    page,
  }))

export const rolePrincipal = (role: NamedRole, account: string): Principal => ({ kind: 'role', arn: role.arn, account })

export const servicePrincipal = (name: string, account: string): Principal => ({ kind: 'service', name, account })

export const onlyOn = (path: NonNullable<Absence['path']>, error?: string): Absence =>
  error === undefined ? { does: 'only-on', path } : { does: 'only-on', path, error }

/** Stops the step with an error that does not name the action: S3 and KMS explain nothing across accounts. */
export const stopsWith = (step: string, error: string): Absence => ({ does: 'stops-at', step, error })

export const DEGRADES: Absence = { does: 'degrades' }

/** A service or a role puts on a role: the trust policy says it, and for a role its identity policy too. */
export function assumes(
  to: Grantee,
  role: NamedRole,
  account: string,
  words: { because: string; page: string; absence?: Absence; conditions?: Conditions },
): Access[] {
  const target: Target = {
    label: role.label,
    arn: role.arn,
    account,
    sides: to.principal.kind === 'service' ? ['trust'] : ['identity', 'trust'],
    ...(words.conditions ? { conditions: words.conditions } : {}),
  }
  const absence = words.absence ?? { does: 'stops-at', step: to.step, error: 'AssumeRole' }
  return grant(to, target, [['sts:AssumeRole', words.because, words.page, absence]])
}

export const passes = (to: Grantee, role: NamedRole, account: string, service: string, page: string): Access[] =>
  grant(
    to,
    {
      label: role.label,
      arn: role.arn,
      account,
      sides: ['pass-role'],
      conditions: { StringEquals: { 'iam:PassedToService': service } },
    },
    [['iam:PassRole', `${service} is handed the role`, page]],
  )

/** The customer managed key, used through S3 only. */
export const keyTarget = (keyArn: string, account: string, region: string): Target => ({
  label: 'key',
  arn: keyArn,
  account,
  sides: ['identity', 'key'],
  conditions: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
})

/** Objects of A's bucket: within A an identity policy suffices, from elsewhere the bucket policy has to say it too. */
export const bucketTarget = (
  label: string,
  arn: string,
  owner: string,
  caller: string,
  conditions?: Conditions,
): Target => ({
  label,
  arn,
  account: owner,
  sides: owner === caller ? ['identity'] : ['identity', 'resource'],
  ...(conditions ? { conditions } : {}),
})
