import { Failure } from '../language/failure.ts'
import type { Frame } from './turn.ts'

/** The cause as AWS writes it: which state, entered at which event, and then what. */
export const locatedCause = (frame: Frame, failure: Failure): Failure =>
  new Failure(
    failure.error,
    `An error occurred while executing the state '${frame.thread.at}' (entered at the event id #${frame.thread.entered.event}). ${failure.cause}`,
    failure.evaluation,
    failure.aliases,
  )
