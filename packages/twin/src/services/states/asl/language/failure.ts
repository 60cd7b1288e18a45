/** How a state ends badly. What States Language calls an error is a value here, never a crash. */
export class Failure extends Error {
  readonly error: string | undefined
  override readonly cause: string | undefined
  /** Present when an expression failed: the history then has an EvaluationFailed event. */
  readonly evaluation: { location?: string } | undefined
  /** Further names under which a Retry or Catch may match it. */
  readonly aliases: readonly string[]
  constructor(
    error: string | undefined,
    cause: string | undefined,
    evaluation?: { location?: string },
    aliases: readonly string[] = [],
  ) {
    super(`${error}: ${cause}`)
    this.error = error
    this.cause = cause
    this.evaluation = evaluation
    this.aliases = aliases
  }
}

/** Raised by the state itself: its name and entry are put before the cause where it is caught. */
export class StateFailure extends Failure {}

export const runtimeFailure = (cause: string): StateFailure => new StateFailure('States.Runtime', cause)

export const queryFailure = (cause: string, location?: string): StateFailure =>
  new StateFailure('States.QueryEvaluationError', cause, location === undefined ? {} : { location })
