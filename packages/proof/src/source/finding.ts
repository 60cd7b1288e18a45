import type { Spot } from './spot.ts'

/** `error` fails the check, `warning` is to be looked at, `note` says what was assumed. */
export type Severity = 'error' | 'warning' | 'note'

/** Something about what the user wrote: what is wrong, where, what follows from it, and how to cure it. */
export interface Finding {
  /** stable, in kebab-case: `unknown-action` */
  readonly code: string
  readonly severity: Severity
  readonly message: string
  /** what happens because of it */
  readonly consequence?: string
  readonly cure: string
  /** the AWS page that says so */
  readonly page?: string
  /** undefined for what stands nowhere: an option, the whole set of templates */
  readonly spot?: Spot
}
