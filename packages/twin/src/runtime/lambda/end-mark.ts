/** Written to the output when an invocation is over: what was logged before it belongs to the invocation. */
export const endMark = (requestId: string): string => `\u0000end ${requestId}\n`

export const readEndMark = (line: string): string | undefined =>
  line.startsWith('\u0000end ') ? line.slice('\u0000end '.length) : undefined
