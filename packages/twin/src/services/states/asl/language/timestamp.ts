const format = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})$/

/** Milliseconds of an ISO-8601 date-time with an offset, the only kind that States Language takes; undefined if it is none. */
export function parseTimestamp(text: string): number | undefined {
  const parts = format.exec(text)
  if (parts === null) return undefined
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(part => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (hour > 23 || minute > 59 || second > 59 || month < 1 || month > 12) return undefined
  const local = Date.UTC(
    year,
    month - 1,
    day,
    hour,
    minute,
    second,
    Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3)),
  )
  if (new Date(local).getUTCDate() !== day) return undefined
  const zone = parts[8] as string
  if (zone === 'Z') return local
  const [hours, minutes] = zone.slice(1).split(':').map(Number) as [number, number]
  return local - (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}
