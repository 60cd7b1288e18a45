import { asList, isObject, type Json } from './json.ts'
import { parseOperator } from './operator.ts'
import { TEXT } from './problem-text.ts'

export type Report = (path: string, text: string, message: string, value?: unknown) => void

export type Presence = 'required' | 'forbidden' | 'either'

/** What a kind of policy asks of each statement. */
export interface StatementRules {
  readonly principal: Presence
  readonly resource: Presence
  readonly notPrincipal: boolean
  readonly actions?: RegExp
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that are refused
const NOT_TEXT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/

/**
 * A policy is text: of the control characters only tabs and ends of lines. Deeper than any policy goes nothing is read.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
 */
export function checkCharacters(value: unknown, path: string, report: Report, depth = 0): void {
  if (typeof value === 'string') {
    if (NOT_TEXT.test(value)) report(path, TEXT.syntax, 'has a control character', value)
  } else if (typeof value === 'object' && value !== null && depth < 8) {
    for (const [name, each] of Object.entries(value)) {
      if (NOT_TEXT.test(name)) report(path, TEXT.syntax, 'has a control character', name)
      const at = Array.isArray(value) ? `${path}[${name}]` : path ? `${path}.${name}` : name
      checkCharacters(each, at, report, depth + 1)
    }
  }
}

export function checkNames(value: Json, known: readonly string[], path: string, report: Report): void {
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue
    report(
      path ? `${path}.${name}` : name,
      TEXT.syntax,
      `is not an element; known are ${known.join(', ')}`,
      value[name],
    )
  }
}

/** One of two elements that exclude each other, as strings; undefined when there is nothing in it. */
function oneOf(statement: Json, names: readonly [string, string], path: string, report: Report) {
  const [name, ...more] = names.filter(each => statement[each] !== undefined)
  if (more.length > 0) report(path, TEXT.syntax, `has both ${names.join(' and ')}`)
  const values = name === undefined ? [] : asList(statement[name])
  for (const [index, value] of values.entries()) {
    if (typeof value !== 'string') report(`${path}.${name}[${index}]`, TEXT.syntax, 'is not a string', value)
  }
  if (name === undefined || values.length === 0) return undefined
  return { name, values: values.map((value, index) => ({ value, at: `${path}.${name}[${index}]` })) }
}

export function checkActions(statement: Json, path: string, rules: StatementRules, report: Report): void {
  const element = oneOf(statement, ['Action', 'NotAction'], path, report)
  if (!element) report(`${path}.Action`, TEXT.actions, 'is missing or empty', statement.Action)
  for (const { value, at } of element?.values ?? []) {
    if (typeof value !== 'string' || value === '*') continue
    const [vendor = '', ...names] = value.split(':')
    if (names.length === 0) report(at, TEXT.vendor, 'is not of the form service:Action', value)
    else if (names.length > 1) report(at, TEXT.colons, 'is not of the form service:Action', value)
    else if (!/^[A-Za-z0-9-]+$/.test(vendor))
      report(at, `Vendor ${vendor} is not valid`, 'does not begin with a service', value)
    else if (rules.actions && !rules.actions.test(value))
      report(at, TEXT.trustActions, 'is not an action of sts', value)
  }
}

export function checkResources(statement: Json, path: string, rules: StatementRules, report: Report): void {
  const element = oneOf(statement, ['Resource', 'NotResource'], path, report)
  if (!element && rules.resource === 'required') {
    report(`${path}.Resource`, TEXT.resources, 'is missing or empty', statement.Resource)
  }
  if (element && rules.resource === 'forbidden') {
    report(`${path}.${element.name}`, TEXT.trustResource, 'has no place in a trust policy', statement[element.name])
  }
  for (const { value, at } of element?.values ?? []) if (typeof value === 'string') checkResource(value, at, report)
}

const PARTITION = /^(aws|aws-[a-z-]+|\*)$/
const IAM_PATH =
  /^(\*|root$|[^/]*[*?]|(user|federated-user|role|group|instance-profile|mfa|server-certificate|policy|sms-mfa|saml-provider|oidc-provider|report|access-report)\/)/

function checkResource(resource: string, at: string, report: Report): void {
  if (/^\*+$/.test(resource)) return
  const fields = resource.split(':')
  const [, partition, vendor, region, account] = fields
  const path = fields.slice(5).join(':')
  const whole = ['arn', ...fields.slice(1), ...Array<string>(Math.max(0, 6 - fields.length)).fill('*')].join(':')
  const say = (text: string, message: string) => report(at, text, message, resource)
  if (partition === undefined) say(`Resource ${resource} must be in ARN format or "*".`, 'is neither an ARN nor "*"')
  else if (!PARTITION.test(partition))
    say(`Partition "${partition}" is not valid for resource "${whole}".`, 'has no valid partition')
  else if (vendor === undefined || /[*?]/.test(vendor)) say(TEXT.resourceVendor, 'does not name its service')
  else if (vendor === '' || (vendor === 's3' && fields.length === 5)) say(TEXT.legacy, 'is not a whole ARN')
  else if (vendor === 'iam' && region)
    say(`IAM resource ${resource} cannot contain region information.`, 'has a region')
  else if (vendor === 'iam' && fields.length > 5 && !IAM_PATH.test(path))
    say(TEXT.iamPath, 'names no kind of IAM resource')
  // Access points have region and account.
  else if (vendor === 's3' && region && !account)
    say(`Resource ${resource} can not contain region information.`, 'has a region')
}

const PRINCIPAL_TYPES = ['AWS', 'Service', 'Federated', 'CanonicalUser']
const AWS_PRINCIPAL = /^(\*|\d{12}|arn:[^:*?]+:(iam|sts)::(\d{12})?:[^*?]+|A[A-Z0-9]{11,})$/

export function checkPrincipals(statement: Json, path: string, rules: StatementRules, report: Report): void {
  const present = ['Principal', 'NotPrincipal'].filter(name => statement[name] !== undefined)
  if (present.length === 2) report(path, TEXT.syntax, 'has both Principal and NotPrincipal')
  if (present.length === 0 && rules.principal === 'required')
    report(`${path}.Principal`, TEXT.missingPrincipal, 'is missing')
  for (const name of present) {
    const at = `${path}.${name}`
    const principal = statement[name]
    if (rules.principal === 'forbidden')
      report(at, TEXT.noPrincipal, 'has no place in a policy of this kind', principal)
    else if (name === 'NotPrincipal' && !rules.notPrincipal)
      report(at, TEXT.trustNotPrincipal, 'has no place here', principal)
    if (isObject(principal)) checkPrincipal(principal, at, report)
    else if (principal !== '*') report(at, TEXT.syntax, 'is neither "*" nor an object', principal)
  }
}

function checkPrincipal(principal: Json, path: string, report: Report): void {
  checkNames(principal, PRINCIPAL_TYPES, path, report)
  for (const [type, values] of Object.entries(principal)) {
    for (const [index, value] of asList(values).entries()) {
      const at = `${path}.${type}[${index}]`
      if (typeof value !== 'string') report(at, TEXT.syntax, 'is not a string', value)
      else if (type === 'AWS' && !AWS_PRINCIPAL.test(value)) {
        const message = /[*?]/.test(value)
          ? 'has a wildcard, which matches no part of a principal'
          : 'is not a principal'
        report(at, `Invalid principal in policy: "AWS":"${value}"`, message, value)
      }
    }
  }
}

export function checkConditions(condition: unknown, path: string, report: Report): void {
  if (condition === undefined) return
  if (!isObject(condition)) report(path, TEXT.syntax, 'is not an object', condition)
  else for (const [name, keys] of Object.entries(condition)) checkOperator(name, keys, `${path}.${name}`, report)
}

function checkOperator(name: string, keys: unknown, path: string, report: Report): void {
  if (!isObject(keys)) return void report(path, TEXT.syntax, 'is not an object', keys)
  const operator = parseOperator(name)
  if (!operator && Object.keys(keys).length > 0) report(path, TEXT.syntax, 'is not a condition operator', keys)
  for (const [key, values] of Object.entries(keys)) {
    for (const value of asList(values)) {
      if (!['string', 'number', 'boolean'].includes(typeof value))
        report(`${path}.${key}`, TEXT.syntax, 'is not a string', value)
      else if (operator?.base?.accepts(String(value)) === false) {
        report(`${path}.${key}`, TEXT.legacy, 'is not of the type that its operator compares', value)
      }
    }
  }
}
