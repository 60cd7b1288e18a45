import { type Finding, placeOf } from '@tripoint/proof'

/** What of templates could not be read, for those who ask about the rest. */
export const unreadText = (findings: readonly Finding[]): string[] =>
  findings
    .filter(({ severity }) => severity === 'error')
    .map(({ message, spot }) => {
      if (spot === undefined) return `not read: ${message}`
      const { file, line } = placeOf(spot)
      return `not read: ${file}:${line}: ${message.trim()}`
    })
