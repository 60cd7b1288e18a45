/** An error as AWS words it, encoded once at the wire. `name` is AWS's code (`NoSuchBucket`). */
export class AwsError extends Error {
  readonly status: number
  /** Further members of the error's shape. */
  readonly members: Record<string, unknown>
  /** Beside those of the error's shape: S3's `x-amz-bucket-region`. */
  readonly headers: Record<string, string>
  constructor(
    code: string,
    message: string,
    options: { status?: number; members?: Record<string, unknown>; headers?: Record<string, string> } = {},
  ) {
    super(message)
    this.name = code
    this.status = options.status ?? 400
    this.members = options.members ?? {}
    this.headers = options.headers ?? {}
  }
}

export const isAwsError = (error: unknown, ...codes: string[]): error is AwsError =>
  error instanceof AwsError && (codes.length === 0 || codes.includes(error.name))

export const notImplemented = (what: string) =>
  new AwsError('NotImplemented', `${what} is not implemented by this twin`, { status: 501 })
