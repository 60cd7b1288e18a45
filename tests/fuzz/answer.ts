/** One HTTP answer, as far as the oracle needs it. */
export interface Answer {
  status: number
  headers: string
  body: Buffer
  closes: boolean
}

const end = Buffer.from('\r\n\r\n')

/** Takes one answer off the front: undefined while it is not whole. `head`: it has no body, whatever it says. */
export function takeAnswer(bytes: Buffer, head: boolean): { answer: Answer; rest: Buffer } | undefined {
  const mark = bytes.indexOf(end)
  if (mark < 0) return undefined
  const headers = bytes.toString('latin1', 0, mark)
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(headers)?.[1] ?? Number.NaN)
  const start = mark + 4
  if (status >= 100 && status < 200) return takeAnswer(bytes.subarray(start), head)
  const closes = /\r\nconnection: close/i.test(headers)
  const done = (body: Buffer, from: number) => ({
    answer: { status, headers, body, closes },
    rest: bytes.subarray(from),
  })
  if (head || status === 204 || status === 304) return done(Buffer.alloc(0), start)
  if (/\r\ntransfer-encoding: chunked/i.test(headers)) return chunked(bytes, start, done)
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(headers)?.[1] ?? 0)
  if (bytes.length < start + length) return undefined
  return done(bytes.subarray(start, start + length), start + length)
}

function chunked<T>(bytes: Buffer, start: number, done: (body: Buffer, from: number) => T): T | undefined {
  const pieces: Buffer[] = []
  for (let at = start; ; ) {
    const line = bytes.indexOf('\r\n', at)
    if (line < 0) return undefined
    const length = Number.parseInt(bytes.toString('latin1', at, line), 16)
    const next = line + 2 + length + 2
    if (bytes.length < next) return undefined
    if (length === 0) return done(Buffer.concat(pieces), next)
    pieces.push(bytes.subarray(line + 2, line + 2 + length))
    at = next
  }
}
