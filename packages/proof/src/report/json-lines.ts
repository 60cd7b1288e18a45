/** JSON laid out in lines: what fits into the width stays on one. A text that is no JSON is left as it is. */
export function jsonLines(text: string, width: number): string[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return text.split('\n')
  }
  return laidOut(value, width)
}

/** `before` stands on the first line only. */
function laidOut(value: unknown, width: number, before = 0): string[] {
  const flat = onOneLine(value)
  if (before + flat.length <= width || typeof value !== 'object' || value === null) return [flat]
  const list = Array.isArray(value)
  const entries = list
    ? value.map(item => ['', item] as const)
    : Object.entries(value).map(([name, item]) => [`${JSON.stringify(name)}: `, item] as const)
  const inner = entries.flatMap(([name, item], at) => {
    const comma = at === entries.length - 1 ? '' : ','
    const lines = laidOut(item, width - 2, name.length + comma.length)
    return lines.map((line, row) => `  ${row === 0 ? name : ''}${line}${row === lines.length - 1 ? comma : ''}`)
  })
  return [list ? '[' : '{', ...inner, list ? ']' : '}']
}

function onOneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${onOneLine(item)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}
