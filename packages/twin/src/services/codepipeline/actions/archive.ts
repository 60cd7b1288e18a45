import { unzipSync, zipSync } from 'fflate'

/** One file of an artifact; undefined when it is not there. */
export function fileIn(zip: Uint8Array, path: string): Uint8Array | undefined {
  const wanted = path.replace(/^\.?\//, '')
  return unzipSync(zip, { filter: ({ name }) => name === wanted })[wanted]
}

export const filesIn = (zip: Uint8Array): Record<string, Uint8Array> =>
  Object.fromEntries(Object.entries(unzipSync(zip)).filter(([name]) => !name.endsWith('/')))

export const zipOf = (files: Record<string, Uint8Array>): Uint8Array => zipSync(files, { mtime: new Date(1980, 1, 1) })

interface Transformable {
  transformToByteArray(): Promise<Uint8Array>
}

/** A body as S3 answers it: bytes, or a stream of them. */
export async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body
  if (typeof body === 'string') return Buffer.from(body)
  if (body === undefined || body === null) return new Uint8Array()
  if (typeof (body as Partial<Transformable>).transformToByteArray === 'function')
    return (body as Transformable).transformToByteArray()
  const chunks: Uint8Array[] = []
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks)
}
