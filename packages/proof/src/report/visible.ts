// Those of control could tell a terminal to do something; those that turn the direction of writing make a name read as another.
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu

/** Letters of a template that nobody sees, written out. */
export const visible = (text: string): string =>
  text.replace(UNSEEN, letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
