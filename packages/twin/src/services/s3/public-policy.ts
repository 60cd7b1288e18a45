import type { PolicyDocument, Statement } from '@tripoint/iam'

/** Conditions that tie a statement to fixed callers, however wide its Principal. */
const fixing = new Set([
  'aws:principalorgid',
  'aws:sourceip',
  'aws:sourcearn',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:sourceowner',
  'aws:sourceaccount',
  'aws:userid',
  's3:dataaccesspointarn',
  's3:dataaccesspointaccount',
])

const positive = /^(forany\w+:|forall\w+:)?(string(equals|equalsignorecase|like)|arn(equals|like)|ipaddress)$/i

const isFixed = ({ Condition }: Statement): boolean =>
  Object.entries(Condition ?? {}).some(
    ([operator, keys]) =>
      positive.test(operator) &&
      Object.entries(keys).some(
        ([key, values]) =>
          fixing.has(key.toLowerCase()) &&
          values.every(value => !/[*?]|\$\{/.test(value) && value !== '0.0.0.0/0' && value !== '::/0'),
      ),
  )

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status */
export const isPublic = ({ Statement }: PolicyDocument): boolean =>
  Statement.some(
    statement =>
      statement.Effect === 'Allow' &&
      (statement.NotPrincipal !== undefined || statement.Principal?.AWS?.includes('*') === true) &&
      !isFixed(statement),
  )
