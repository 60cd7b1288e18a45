import { withoutSecrets } from './secrets.ts'

/** Text that somebody pasted, as it can be searched. */
export interface Pasted {
  /** one line, single spaces, without colours, frames, quoting and secrets */
  readonly flat: string
  /** the same without any space and in lower case: a terminal breaks lines where it likes */
  readonly tight: string
  /** it was longer than is read */
  readonly cut: boolean
}

/** Errors stand at the end of logs. */
const READ = 16_000_000

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken away.
const COLOURS = /\u001b\[[0-9;?]{0,32}[@-~]|\u001b\][^\u0007\u001b]{0,512}(?:\u0007|\u001b\\)/g
const FRAMES = /[\u2500-\u259f|`]|(?<!\*)\*\*(?!\*)/g
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken away.
const SPACE = /[\s\u0000-\u001f\u007f]+/g

/** `\"` and `\\\"` of JSON that was put into JSON; line ends that were written out. A run of `\` is taken once. */
const ESCAPED_QUOTE = /(?<!\\)\\{1,16}(["'/])/g
const ESCAPED_SPACE = /(?<!\\)\\{1,16}[nrt]/g
const ESCAPED_LETTER = /(?<!\\)\\{1,16}u00(22|26|27|3[cCeE])/g

const ENTITIES: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&#34;': '"',
  '&#39;': "'",
  '&#x27;': "'",
  '&apos;': "'",
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&nbsp;': ' ',
}

const STRAIGHT: Readonly<Record<string, string>> = { '‘': "'", '’': "'", '“': '"', '”': '"', '…': '...' }

export function pasted(text: string): Pasted {
  const cut = text.length > READ
  const flat = withoutSecrets(
    (cut ? text.slice(-READ) : text)
      .replace(COLOURS, '')
      .replace(UNSEEN, '')
      .replace(FRAMES, ' ')
      .replace(ESCAPED_QUOTE, '$1')
      .replace(ESCAPED_SPACE, ' ')
      .replace(ESCAPED_LETTER, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
      .replace(/&(?:quot|#34|#39|#x27|apos|lt|gt|amp|nbsp);/g, entity => ENTITIES[entity] ?? entity)
      .replace(/[‘’“”…]/g, mark => STRAIGHT[mark] ?? mark)
      .replace(SPACE, ' ')
      .trim(),
  )
  return { flat, tight: tight(flat), cut }
}

export const tight = (text: string): string => text.replaceAll(' ', '').toLowerCase()
