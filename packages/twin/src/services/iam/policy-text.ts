import { type DocumentKind, type PolicyDocument, parsePolicy } from '@tripoint/iam'
import type { Reader } from '../../engine/index.ts'
import { currentPolicy, pinPrincipals, type Role } from '../../gate/index.ts'
import { limitExceeded, malformedPolicy } from './errors.ts'

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: white space does not count. */
export const sizeOf = (text: string) => text.replace(/\s/g, '').length

function parse(text: string | undefined, kind: DocumentKind): PolicyDocument {
  try {
    return parsePolicy(text ?? '', kind)
  } catch (error) {
    throw malformedPolicy(error instanceof Error ? error.message : 'Syntax errors in policy.')
  }
}

/** A document of the role or user itself, or one that may be attached to many. */
export function checkPolicy(text: string | undefined, kind: 'identity' | 'managed'): string {
  parse(text, kind)
  return text ?? ''
}

const trustLimit = 2048

export function checkTrust(read: Reader, text = ''): Pick<Role, 'trust' | 'pins'> {
  const document = parse(text, 'trust')
  if (sizeOf(text) > trustLimit) throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${trustLimit}`)
  const { pins, unknown } = pinPrincipals(read, document)
  if (unknown[0] !== undefined) throw malformedPolicy(`Invalid principal in policy: "AWS":"${unknown[0]}"`)
  return { trust: text, pins }
}

export const trustOf = (read: Reader, { trust, pins }: Role): string => currentPolicy(read, trust, pins)
