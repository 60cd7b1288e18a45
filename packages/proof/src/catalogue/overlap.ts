/** Could one text fit both patterns? `*` is any run, `?` any one character, `~` any run without a slash. */
export function overlap(left: string, right: string): boolean {
  const width = right.length + 1
  const seen = new Uint8Array((left.length + 1) * width)
  const stack = [0]
  while (stack.length > 0) {
    const at = stack.pop()!
    if (seen[at]) continue
    seen[at] = 1
    const [i, j] = [Math.floor(at / width), at % width]
    const [a, b] = [left[i], right[j]]
    if (a === undefined && b === undefined) return true
    if (isRun(a)) stack.push(at + width)
    if (isRun(b)) stack.push(at + 1)
    if (a === undefined || b === undefined || !common(a, b)) continue
    // Both go on by a character that fits both; a run stays where it is, to take more.
    stack.push((isRun(a) ? i : i + 1) * width + (isRun(b) ? j : j + 1))
  }
  return false
}

const isRun = (letter: string | undefined): boolean => letter === '*' || letter === '~'
const isAny = (letter: string): boolean => letter === '*' || letter === '?'

function common(a: string, b: string): boolean {
  if (a === '~') return b !== '/'
  if (b === '~') return a !== '/'
  return isAny(a) || isAny(b) || a === b
}

/** Field by field: a wildcard never crosses one of the first five colons. */
export function arnsOverlap(left: string, right: string): boolean {
  if (left === '*' || right === '*') return true
  const [a, b] = [fields(left), fields(right)]
  return a.every((field, index) => overlap(field, b[index] ?? '*'))
}

function fields(arn: string): string[] {
  const parts = arn.split(':')
  const whole = [...parts.slice(0, 5), ...(parts.length > 5 ? [parts.slice(5).join(':')] : [])]
  return [...whole, ...Array<string>(6 - whole.length).fill('*')]
}
