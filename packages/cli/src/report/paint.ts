import { styleText } from 'node:util'

export type Format = Parameters<typeof styleText>[0]

/** Colours where the stream takes them. */
export type Paint = (format: Format, text: string) => string

export const plain: Paint = (_format, text) => text
export const coloured: Paint = (format, text) => styleText(format, text, { validateStream: false })
