import { codeTest, type TextTest, toCode } from './wildcard.ts'

export interface Arn {
  readonly partition: string
  readonly service: string
  readonly region: string
  readonly account: string
  readonly resource: string
}

export function parseArn(text: string): Arn | undefined {
  const fields = arnFields(text)
  if (!fields) return undefined
  const [, partition, service, region, account, resource] = fields as [string, string, string, string, string, string]
  return { partition, service, region, account, resource }
}

/** The six colon-separated fields; further colons belong to the last. */
export function arnFields(text: string): readonly string[] | undefined {
  const fields = upToSix(text)
  return fields.length === 6 && fields[0] === 'arn' ? fields : undefined
}

export function upToSix(text: string): string[] {
  const fields: string[] = []
  let start = 0
  while (fields.length < 5) {
    const colon = text.indexOf(':', start)
    if (colon < 0) break
    fields.push(text.slice(start, colon))
    start = colon + 1
  }
  fields.push(text.slice(start))
  return fields
}

/**
 * Each field is matched by itself, so a wildcard never crosses one of the first five colons.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function arnLike(pattern: string, arn: string): boolean {
  const fields = arnFields(arn)
  return fields !== undefined && arnCodeTest(toCode(pattern))(fields)
}

export type FieldsTest = (fields: readonly string[]) => boolean

const cache = new Map<string, FieldsTest>()
const CACHE_LIMIT = 20_000

/**
 * A pattern with fewer than six fields is completed with wildcards.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function arnCodeTest(code: string): FieldsTest {
  const known = cache.get(code)
  if (known) return known
  const tests = upToSix(code).map(codeTest)
  const test: FieldsTest = fields => everyField(tests, fields)
  if (cache.size >= CACHE_LIMIT) cache.clear()
  cache.set(code, test)
  return test
}

/** From the last field down: the resource part is what usually differs. */
function everyField(tests: readonly TextTest[], fields: readonly string[]): boolean {
  for (let i = tests.length - 1; i >= 0; i--) if (!tests[i]!(fields[i]!)) return false
  return true
}
