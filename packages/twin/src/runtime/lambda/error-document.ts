/** What a client of Invoke sees of an error: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
export interface ErrorDocument {
  readonly errorType: string
  readonly errorMessage: string
  readonly trace: readonly string[]
}

/** An error of the runtime, named as Lambda names it. */
export class RuntimeError extends Error {
  override name: string
  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

export const describeError = (error: unknown, errorType?: string): ErrorDocument => {
  if (!(error instanceof Error)) return { errorType: errorType ?? typeof error, errorMessage: String(error), trace: [] }
  const message = errorType ? `${error.name}: ${error.message}` : error.message
  return { errorType: errorType ?? error.name, errorMessage: message, trace: (error.stack ?? '').split('\n') }
}
