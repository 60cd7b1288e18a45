/** One entry of the access list: one principal, one action, one resource. Everything else in the product reads these. */
export interface Access {
  /** stable and unique: `<stage>/<role>/<action>/<resource>` */
  readonly id: string
  readonly hop: Hop
  /** the stage and action of the pipeline that it serves, as `Stage/Action`; people and triggers have a word of their own */
  readonly step: string
  readonly principal: Principal
  readonly action: string
  /** an ARN, or a pattern of ARNs */
  readonly resource: string
  /** the account that owns the resource */
  readonly account: string
  readonly conditions?: Conditions
  readonly sides: readonly Side[]
  readonly absence: Absence
  readonly because: string
  /** the AWS page that requires it */
  readonly page: string
}

export type Hop = 'trigger' | 'source' | 'workflow' | 'train' | 'approve' | 'deploy' | 'people'

export type Principal =
  | { readonly kind: 'role' | 'user'; readonly arn: string; readonly account: string }
  | { readonly kind: 'service'; readonly name: string; readonly account: string }

/** Which policies have to say it. `pass-role` is an identity statement that AWS asks for when a role is handed on. */
export type Side = 'identity' | 'resource' | 'key' | 'trust' | 'pass-role'

/** operator → condition key → allowed values */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>

/** What is seen when the entry is missing. */
export interface Absence {
  readonly does: 'stops-at' | 'never-starts' | 'times-out' | 'degrades' | 'only-on'
  /** the step that fails (`stops-at`, `times-out`) */
  readonly step?: string
  /** the path that alone uses it (`only-on`) */
  readonly path?: Path
  /** a fragment of the error text */
  readonly error?: string
}

export type Path = 'update' | 'abort' | 'failure' | 'replace' | 'cleanup' | 'rollback' | 'teardown' | 'people'

/** `role/churn-pipeline` of `arn:aws:iam::111111111111:role/churn-pipeline` is `churn-pipeline`. */
export const nameOfArn = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)

/** As a policy names it: an ARN, or a service. */
export const principalText = (principal: Principal): string =>
  principal.kind === 'service' ? principal.name : principal.arn

export const accountOfArn = (arn: string): string => arn.split(':')[4] ?? ''
