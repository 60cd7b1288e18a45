/** Somebody's secret, and what it is. */
export interface Secret {
  what: string
  value: string | Uint8Array
}

export interface Place {
  where: string
  text: string | Uint8Array
}

/** Base64 of it wherever in a longer text it begins: the characters that depend on it alone. */
const inBase64 = (bytes: Buffer): string[] =>
  [0, 1, 2].map(before => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
    const first = Math.ceil((before * 8) / 6)
    return whole.toString('base64').slice(first, Math.floor((whole.length * 8) / 6))
  })

/** A character for each byte: texts and bytes are looked through alike. */
const latin1 = (text: string | Uint8Array): string => Buffer.from(text as Uint8Array).toString('latin1')

/** As it is, and as it may be spelled: JSON, base64, hexadecimal, in a URL. */
function spellings({ value }: Secret): string[] {
  const bytes = Buffer.from(value as Uint8Array)
  const base64 = inBase64(bytes)
  const hex = bytes.toString('hex')
  const text = typeof value === 'string' ? [encodeURIComponent(value), latin1(JSON.stringify(value).slice(1, -1))] : []
  return [
    ...new Set([
      latin1(bytes),
      ...text,
      ...base64,
      ...base64.map(digits => digits.replaceAll('+', '-').replaceAll('/', '_')),
      hex,
      hex.toUpperCase(),
    ]),
  ]
}

/** Which secrets are in which places. */
export function found(secrets: readonly Secret[], places: readonly Place[]): string[] {
  const texts = places.map(({ where, text }) => ({
    where,
    text: latin1(text),
  }))
  return secrets.flatMap(secret => {
    const sought = spellings(secret)
    const holding = texts.filter(({ text }) => sought.some(spelling => text.includes(spelling)))
    return [...new Set(holding.map(({ where }) => `${secret.what} is in ${where}`))]
  })
}
