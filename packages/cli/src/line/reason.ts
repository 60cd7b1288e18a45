/**
 * What went wrong, out of an error that quotes a whole description: Step Functions gives the failed job as JSON.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
 */
export function reasonIn(message: string): string {
  const from = message.indexOf('{"')
  if (from < 0) return message
  let description: unknown
  try {
    description = JSON.parse(message.slice(from))
  } catch {
    return message
  }
  const { FailureReason } = description as { FailureReason?: unknown }
  return typeof FailureReason === 'string' ? `${message.slice(0, from)}${FailureReason}` : message
}
