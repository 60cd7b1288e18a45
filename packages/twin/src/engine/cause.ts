/** What led to a call, outermost first: push → event → execution → action → stack → … */
export interface Link {
  kind: 'request' | 'push' | 'event' | 'execution' | 'action' | 'stack' | 'state' | 'job' | 'endpoint' | 'function'
  /** An ARN where there is one. */
  id: string
  /** What a person calls it: `Train/Workflow` of an action. */
  name?: string
}

export type Cause = readonly Link[]

/** A link is added once: a poll does not lengthen the chain. */
export const because = (cause: Cause, link: Link): Cause =>
  cause.some(known => known.kind === link.kind && known.id === link.id) ? cause : [...cause, link]
