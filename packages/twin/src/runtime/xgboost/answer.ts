import type { Selected } from './selection.ts'

/** Predictions in the form the client accepts; undefined when there is no such form here. */
type Encoder = (predictions: readonly Selected[], selected: boolean) => string

const json = (value: unknown): string => JSON.stringify(value, (_key, item) => (Number.isNaN(item) ? null : item))

const csvValue = (value: Selected[string] | undefined): string =>
  typeof value === 'number' ? String(value) : value ? `"[${value.join(', ')}]"` : 'nan'

const encoders: Readonly<Record<string, Encoder>> = {
  'text/csv': (predictions, selected) =>
    predictions
      .map(row =>
        Object.values(row)
          .map(value => (selected ? csvValue(value) : String(value)))
          .join(','),
      )
      .map(line => `${line}\n`)
      .join(''),
  'application/json': predictions => json({ predictions }),
  'application/jsonlines': predictions => predictions.map(row => `${json(row)}\n`).join(''),
}

export interface Answer {
  readonly contentType: string
  readonly encode: Encoder
}

/** The first of the accepted forms that exists: `Accept` may list several, with parameters. */
export const answerFor = (accept: string | undefined, otherwise: string): Answer | undefined => {
  const wanted = (accept?.trim() ? accept : otherwise)
    .split(',')
    .map(part => part.split(';')[0]?.trim().toLowerCase() ?? '')
  for (const type of wanted) {
    const contentType = type === '*/*' || type === 'application/*' ? otherwise : type
    const encode = encoders[contentType]
    if (encode) return { contentType, encode }
  }
  return undefined
}
