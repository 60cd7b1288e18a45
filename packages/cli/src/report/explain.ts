import { Failure } from './failure.ts'

/** What cures an AWS error, by its name and words; the first that fits. */
const cures: readonly (readonly [RegExp, string])[] = [
  [/^ModelError: .*Feature size/, 'send features only: the label, the first column of the training data, is not one'],
  [/PipelineNotFound/, 'deploy the line first: tripoint deploy'],
  [/Could not find endpoint|Endpoint \S+ of account \d+ not found/, 'run the line to its end first: tripoint run'],
  [
    /UnrecognizedClient|InvalidClientTokenId|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature|IncompleteSignature/,
    "use credentials that are known there: --profile ROLE=NAME; for a twin, --state with that twin's directory",
  ],
  [/ExpiredToken/, 'sign in again: the credentials have run out'],
  [/CredentialsProviderError|CredentialsError/, 'name credentials: --profile ROLE=NAME, or --state DIR for a twin'],
  [/AccessDenied|not authorized/i, 'use credentials that may do this; who may is on the list: tripoint access'],
]

const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers there',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name cannot be looked up',
  ECONNRESET: 'the connection was cut',
  ETIMEDOUT: 'no answer came in time',
}

/** What a person reads of an error that is not a bug; undefined: it is one. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error
  if (!(error instanceof Error)) return undefined
  const { code, address, port, syscall, hostname } = error as NodeJS.ErrnoException & Record<string, unknown>
  if (code !== undefined && unreachable[code] !== undefined) {
    const where = address === undefined ? String(hostname ?? error.message) : `${address}:${port}`
    return new Failure(
      `${where}: ${unreachable[code]}`,
      'see that the twin runs (tripoint twin --state DIR), or that --endpoint-url is right',
    )
  }
  if ('$metadata' in error || /CredentialsProviderError|CredentialsError/.test(error.name)) {
    const text = `${error.name}: ${error.message}`
    return new Failure(text, cures.find(([pattern]) => pattern.test(text))?.[1])
  }
  // A file that may not be read or written, a full disk.
  if (code !== undefined && syscall !== undefined) return new Failure(error.message)
  return undefined
}

/** A bug shows its stack. */
export function explain(error: unknown): string {
  const failure = failureOf(error)
  if (failure === undefined) return error instanceof Error ? (error.stack ?? error.message) : String(error)
  return failure.cure === undefined ? failure.message : `${failure.message}\n  cure: ${failure.cure}`
}
