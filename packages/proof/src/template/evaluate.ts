import type { Path } from '../source/spot.ts'
import { functions, INTRINSICS } from './functions.ts'
import { cameFrom } from './origin.ts'
import type { Scope } from './scope.ts'
import { ABSENT, entryOf, isObject, isScalar, type Json, placeholder } from './value.ts'

/** A value without intrinsic functions. What cannot be known has a placeholder, and a finding. */
export function evaluate(value: unknown, at: Path, scope: Scope): unknown {
  const resolve = (each: unknown, place: Path): unknown => {
    if (Array.isArray(each)) {
      const items = each.map((item, index) => resolve(item, [...place, index]))
      if (!items.includes(ABSENT)) return items
      return items.map((item, index) => cameFrom(item, [...place, index])).filter(item => item !== ABSENT)
    }
    if (!isObject(each)) return each
    const names = Object.keys(each)
    const special = names.find(isIntrinsic)
    if (special === undefined) return plain(each, place)
    if (names.length > 1) return beside(each, special, place)
    return intrinsic(special, each[special], [...place, special])
  }
  function plain(object: Json, place: Path): unknown {
    const entries: [string, unknown][] = []
    for (const name of Object.keys(object)) {
      const resolved = resolve(object[name], [...place, name])
      if (resolved !== ABSENT) entries.push([name, resolved])
    }
    return Object.fromEntries(entries)
  }
  /** A macro may stand beside other members; another function may not. */
  function beside(object: Json, special: string, place: Path): unknown {
    intrinsic(special === 'Ref' ? 'Fn::Ref' : special, undefined, [...place, special])
    return plain(Object.fromEntries(Object.entries(object).filter(([name]) => !isIntrinsic(name))), place)
  }
  function intrinsic(name: string, argument: unknown, place: Path): unknown {
    if (name === 'Ref') return isScalar(argument) ? scope.ref(String(argument), place) : unknown(name, place)
    if (name === 'Fn::If') return choose(argument, place)
    const compute = entryOf(functions, name)
    return compute ? compute(argument, place, scope, resolve) : unknown(name, place)
  }
  function choose(argument: unknown, place: Path): unknown {
    if (!Array.isArray(argument) || argument.length !== 3 || typeof argument[0] !== 'string')
      return unknown('Fn::If', place)
    const [condition, yes, no] = argument as [string, unknown, unknown]
    const holds = scope.condition(condition, place)
    const branch = (value: unknown, index: number) => cameFrom(resolve(value, [...place, index]), [...place, index])
    if (holds !== undefined) return holds ? branch(yes, 1) : branch(no, 2)
    scope.report(
      {
        code: 'undecided-condition',
        severity: 'warning',
        message: `condition ${condition} depends on a value that is not known; Fn::If is taken as its first branch`,
        consequence: 'what is found here holds for that branch only',
        cure: 'give the parameters that the condition asks for: --parameter NAME=VALUE',
      },
      place,
    )
    return branch(yes, 1)
  }
  function unknown(name: string, place: Path): unknown {
    scope.report(MACROS.test(name) ? macro(name) : notKnown(name), place)
    return placeholder(`${scope.site.stack}.${name.replaceAll('::', '-')}`)
  }
  return resolve(value, at)
}

const isIntrinsic = (name: string) => name === 'Ref' || name.startsWith('Fn::')
const MACROS = /^Fn::(Transform|ForEach)/

const notKnown = (name: string) => ({
  code: 'unknown-intrinsic',
  severity: 'error' as const,
  message: `${name} is not an intrinsic function, or is not used as one`,
  consequence: 'a placeholder stands in its place, so what is said of it here may be wrong',
  cure: `write one of Ref, Fn::If, ${Object.keys(functions).join(', ')}, alone in its object`,
  page: INTRINSICS,
})

const macro = (name: string) => ({
  code: 'macro',
  severity: 'warning' as const,
  message: `${name} is worked out by CloudFormation when the stack is deployed`,
  consequence: 'what it makes is not part of what is checked',
  cure: 'check the processed template: aws cloudformation get-template --template-stage Processed',
  page: `${INTRINSICS.replace('.html', '')}-${name.startsWith('Fn::Transform') ? 'transform' : 'foreach'}.html`,
})
