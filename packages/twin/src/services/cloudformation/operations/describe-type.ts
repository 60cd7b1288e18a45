import type * as cloudformation from '@aws-sdk/client-cloudformation'
import { AwsError, notImplemented } from '../../../engine/index.ts'
import { operation } from '../../../gate/index.ts'
import type { Registry } from '../registry/index.ts'
import { specification } from '../registry/index.ts'

const pointers = (names: readonly string[]) => names.map(name => `/properties/${name}`)

/** What of a type's schema is known here: names, what is required, what replaces, what identifies. */
function schemaOf(name: string): string {
  const known = specification(name)
  const properties = Object.entries(known?.properties ?? {})
  const flagged = (flag: string) =>
    properties.filter(([, text]) => text.split(' ').includes(flag)).map(([property]) => property)
  return JSON.stringify({
    typeName: name,
    properties: Object.fromEntries(
      [...properties.map(([property]) => property), ...(known?.attributes ?? [])].map(property => [property, {}]),
    ),
    required: flagged('required'),
    createOnlyProperties: pointers(flagged('replaces')),
    readOnlyProperties: pointers(known?.attributes ?? []),
    primaryIdentifier: pointers(known?.identifier ?? []),
    additionalProperties: false,
  })
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeType.html */
export const describeType = (registry: Registry) =>
  operation<typeof cloudformation, 'DescribeType'>({
    authorize: () => [{ action: 'cloudformation:DescribeType', resource: '*' }],
    run(input, { call }) {
      if (input.Type !== undefined && input.Type !== 'RESOURCE') throw notImplemented(`DescribeType of a ${input.Type}`)
      const name = input.TypeName ?? input.Arn?.split('/').at(-1)?.replaceAll('-', '::') ?? ''
      if (registry.get(name) === undefined) {
        throw new AwsError('TypeNotFoundException', `The type '${name}' cannot be found.`, { status: 404 })
      }
      return {
        Arn: `arn:aws:cloudformation:${call.region}::type/resource/${name.replaceAll('::', '-')}`,
        Type: 'RESOURCE',
        TypeName: name,
        IsDefaultVersion: true,
        ProvisioningType: 'FULLY_MUTABLE',
        DeprecatedStatus: 'LIVE',
        Visibility: 'PUBLIC',
        Schema: schemaOf(name),
      }
    },
  })
