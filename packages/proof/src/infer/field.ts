import { isObject } from '../template/value.ts'

/** A member in CloudFormation's spelling or, as `create-pipeline` and `create-state-machine` have it, with a small first letter. */
export function field(value: unknown, name: string): unknown {
  if (!isObject(value)) return undefined
  const small = name.charAt(0).toLowerCase() + name.slice(1)
  return Object.hasOwn(value, name) ? value[name] : Object.hasOwn(value, small) ? value[small] : undefined
}

/** How the member is spelled there. */
export const spelled = (value: unknown, name: string): string =>
  isObject(value) && !Object.hasOwn(value, name) && Object.hasOwn(value, name.charAt(0).toLowerCase() + name.slice(1))
    ? name.charAt(0).toLowerCase() + name.slice(1)
    : name

export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

export const truthy = (value: unknown): boolean => value === true || value === 'true'
