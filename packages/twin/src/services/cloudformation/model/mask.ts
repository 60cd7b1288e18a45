/** Shorter ones stand in too much else to be looked for inside of it. */
const findable = 4

/**
 * Without the values of NoEcho parameters: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 * has them masked wherever a stack or its events are described.
 */
export const maskText = (text: string, hidden: readonly string[]): string =>
  hidden.includes(text)
    ? '****'
    : hidden.filter(({ length }) => length >= findable).reduce((left, value) => left.replaceAll(value, '****'), text)

export const maskJson = (json: string, hidden: readonly string[]): string =>
  hidden.length === 0
    ? json
    : JSON.stringify(JSON.parse(json), (_name, value) => (typeof value === 'string' ? maskText(value, hidden) : value))
