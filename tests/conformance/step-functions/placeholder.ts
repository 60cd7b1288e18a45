/** The recorder put names where AWS's values vary. Those which are not in brackets: */
const bare = [
  'RequestId',
  'X-Amzn-Trace-Id',
  'activity_arn',
  'activity_name',
  'creation-date',
  'date',
  'datetime',
  'entered-time',
  'generated-uuid',
  'lambda_function_name',
  'map_run_arn',
  'sfn_role_arn',
  'snf_role_arn',
  'someNonexistentBucketName',
  'ssm_nonexistent_arn',
  'start-date',
  'start-time',
  'state_machine_alias_name',
  'stop-date',
  'time',
  'timestamp',
  'x-amz-crc32',
  'x-amzn-RequestId',
  'x-amzn-requestid',
]

/** Within longer text only names that no text has by chance. */
const inside = ['111111111111', ...bare.filter(name => name.includes('_') || name.length > 20)]

const whole = new Set(bare)
const hole = new RegExp(`<[^<>]+>|_?json-input|(?:${inside.join('|')})(?:_t?\\d+)?`)
const numbered = /^<.*(:|_)\d+(idx)?>$|_t?\d+$/

/** What each numbered placeholder stood for so far: it stands for one value in all of a scenario. */
export type Bindings = Map<string, string>

const quoted = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Whether the recorder wrote this for any value at all. */
export const isAnything = (expected: unknown): boolean => typeof expected === 'string' && whole.has(expected)

/** Whether AWS's text, with its placeholders, is this text. */
export function sameText(expected: string, actual: string, bindings: Bindings): boolean {
  if (expected === actual) return true
  const { pattern, holes } = compiled(expected)
  if (holes.length === 0) return false
  const values = pattern.exec(actual)?.slice(1)
  if (values === undefined) return false
  return holes.every((name, index) => agrees(name, values[index] as string, bindings))
}

function compiled(expected: string): { pattern: RegExp; holes: string[] } {
  const holes: string[] = []
  let pattern = ''
  let rest = expected
  for (let found = hole.exec(rest); found !== null; found = hole.exec(rest)) {
    holes.push(found[0])
    pattern += `${quoted(rest.slice(0, found.index))}([\\s\\S]*?)`
    rest = rest.slice(found.index + found[0].length)
  }
  return { pattern: new RegExp(`^${pattern}${quoted(rest)}$`), holes }
}

function agrees(name: string, value: string, bindings: Bindings): boolean {
  if (!numbered.test(name)) return true
  const known = bindings.get(name)
  if (known === undefined) bindings.set(name, value)
  return known === undefined || known === value
}
