/**
 * The twin stops while something runs: neither an answer nor a refusal. A step that throws it is repeated when the twin is back.
 */
export class Interrupted extends Error {
  override name = 'Interrupted'
}
