import { inRange, parseAddress, parseRange } from './address.ts'
import { arnCodeTest, arnFields } from './arn.ts'
import type { RequestContext } from './context.ts'
import { parseMoment, parseNumber } from './scalar.ts'
import { parseTemplate } from './template.ts'
import { codeTest } from './wildcard.ts'

/** Does one value of the request match one value of the policy? undefined: a variable in the policy's value has no value. */
export type ValueTest = (actual: string, context: RequestContext) => boolean | undefined

export interface BaseOperator {
  /** Is the policy's value of this operator's type? */
  accepts(value: string): boolean
  compile(value: string, variables: boolean): ValueTest
}

const anyText = () => true

const text: Record<'exact' | 'ignoringCase' | 'like', BaseOperator> = {
  exact: {
    accepts: anyText,
    compile(value, variables) {
      const template = parseTemplate(value, { variables, wildcards: false })
      return (actual, context) => ifResolved(template.fixed ?? template.resolve(context), code => code === actual)
    },
  },
  ignoringCase: {
    accepts: anyText,
    compile(value, variables) {
      const template = parseTemplate(value, { variables, wildcards: false })
      return (actual, context) =>
        ifResolved(template.fixed ?? template.resolve(context), code => code.toLowerCase() === actual.toLowerCase())
    },
  },
  like: {
    accepts: anyText,
    compile(value, variables) {
      const template = parseTemplate(value, { variables, wildcards: true })
      if (template.fixed !== undefined) return codeTest(template.fixed)
      return (actual, context) => ifResolved(template.resolve(context), code => codeTest(code)(actual))
    },
  },
}

/** ArnEquals and ArnLike behave alike: …/reference_policies_elements_condition_operators.html#Conditions_ARN */
const arn: BaseOperator = {
  accepts: anyText,
  compile(value, variables) {
    const template = parseTemplate(value, { variables, wildcards: true })
    return (actual, context) =>
      ifResolved(template.fixed ?? template.resolve(context), code => {
        const fields = arnFields(actual)
        return fields !== undefined && arnCodeTest(code)(fields)
      })
  },
}

function ifResolved(code: string | undefined, test: (code: string) => boolean): boolean | undefined {
  return code === undefined ? undefined : test(code)
}

function ordered(parse: (text: string) => number | undefined, holds: (actual: number, bound: number) => boolean) {
  const operator: BaseOperator = {
    accepts: value => parse(value) !== undefined,
    compile(value) {
      const bound = parse(value)
      return actual => {
        const parsed = parse(actual)
        return parsed !== undefined && bound !== undefined && holds(parsed, bound)
      }
    },
  }
  return operator
}

const equal = (a: number, b: number) => a === b
const less = (a: number, b: number) => a < b
const atMost = (a: number, b: number) => a <= b
const greater = (a: number, b: number) => a > b
const atLeast = (a: number, b: number) => a >= b

const bool: BaseOperator = {
  accepts: value => /^(true|false|\$\{.*\})$/i.test(value),
  compile: text.ignoringCase.compile,
}

/** Both sides in base 64; its padding does not matter. */
const binary: BaseOperator = {
  accepts: value => /^[A-Za-z0-9+/]*={0,2}$/.test(value),
  compile: value => actual => unpadded(actual) === unpadded(value),
}

function unpadded(base64: string): string {
  return base64.replace(/=+$/, '')
}

const address: BaseOperator = {
  accepts: value => parseRange(value) !== undefined,
  compile(value) {
    const range = parseRange(value)
    return actual => {
      const parsed = parseAddress(actual)
      return range !== undefined && parsed !== undefined && inRange(range, parsed)
    }
  },
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const POSITIVE: Record<string, BaseOperator> = {
  StringEquals: text.exact,
  StringEqualsIgnoreCase: text.ignoringCase,
  StringLike: text.like,
  NumericEquals: ordered(parseNumber, equal),
  NumericLessThan: ordered(parseNumber, less),
  NumericLessThanEquals: ordered(parseNumber, atMost),
  NumericGreaterThan: ordered(parseNumber, greater),
  NumericGreaterThanEquals: ordered(parseNumber, atLeast),
  DateEquals: ordered(parseMoment, equal),
  DateLessThan: ordered(parseMoment, less),
  DateLessThanEquals: ordered(parseMoment, atMost),
  DateGreaterThan: ordered(parseMoment, greater),
  DateGreaterThanEquals: ordered(parseMoment, atLeast),
  Bool: bool,
  BinaryEquals: binary,
  IpAddress: address,
  ArnEquals: arn,
  ArnLike: arn,
}

const NEGATIVE: Record<string, BaseOperator> = {
  StringNotEquals: text.exact,
  StringNotEqualsIgnoreCase: text.ignoringCase,
  StringNotLike: text.like,
  NumericNotEquals: ordered(parseNumber, equal),
  DateNotEquals: ordered(parseMoment, equal),
  NotIpAddress: address,
  ArnNotEquals: arn,
  ArnNotLike: arn,
}

/** Without the words that go before and behind them. */
export const OPERATOR_NAMES: readonly string[] = [...Object.keys(POSITIVE), ...Object.keys(NEGATIVE), 'Null']

export type Quantifier = 'ForAllValues' | 'ForAnyValue'

export interface Operator {
  readonly name: string
  readonly quantifier?: Quantifier
  readonly ifExists: boolean
  /** `Null` asks for presence and has no base. */
  readonly base?: BaseOperator
  readonly negated: boolean
}

const NAME = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/

export function parseOperator(name: string): Operator | undefined {
  const [, quantifier, stem = '', suffix] = NAME.exec(name) ?? []
  const ifExists = suffix !== undefined
  const common = { name, ifExists, ...(quantifier ? { quantifier: quantifier as Quantifier } : {}) }
  if (stem === 'Null') return ifExists ? undefined : { ...common, negated: false }
  const positive = entry(POSITIVE, stem)
  const base = positive ?? entry(NEGATIVE, stem)
  return base && { ...common, base, negated: !positive }
}

function entry(table: Record<string, BaseOperator>, name: string): BaseOperator | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}
