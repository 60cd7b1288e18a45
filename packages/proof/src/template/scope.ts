import type { Finding } from '../source/finding.ts'
import type { Path } from '../source/spot.ts'
import type { Site } from './physical.ts'

/** What a template's expressions can see. */
export interface Scope {
  readonly site: Site
  ref(name: string, at: Path): unknown
  attribute(logicalId: string, attribute: string, at: Path): unknown
  /** undefined: cannot be decided */
  condition(name: string, at: Path): boolean | undefined
  mapping(name: string): unknown
  imported(name: string, at: Path): unknown
  report(finding: Omit<Finding, 'spot'>, at: Path): void
}

export type Resolve = (value: unknown, at: Path) => unknown
