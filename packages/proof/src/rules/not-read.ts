import { below } from '../source/spot.ts'
import { isObject, member } from '../template/value.ts'
import type { Resource, World } from '../world/world.ts'
import type { Rule, Said } from './rule.ts'
import { isMade } from './written.ts'

const NOT_JUDGED = 'whom it lets in, and what it holds back, is not part of what is checked'

/** Whatever looks like a policy and is none of those that are judged, on whichever type of resource. */
export const unreadPolicy: Rule = {
  code: 'unread-policy',
  severity: 'warning',
  about: 'a policy of a type of resource whose policies are not read here, or one that is attached to nobody',
  covers: [],
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html',
  find: ({ world }) => {
    const read = placesRead(world)
    return world.resources.filter(isMade).flatMap(resource =>
      documentsIn(resource.properties).flatMap((path): Said[] => {
        const spot = below(resource.spot, 'Properties', ...path)
        if (read.has(keyOf(spot.file.name, spot.path))) return []
        const where = path.length === 0 ? 'the policy' : path.join('.')
        const attached = resource.type === 'AWS::IAM::ManagedPolicy'
        return [
          {
            message: attached
              ? `${resource.logicalId} is attached to nobody in these templates`
              : `${where} of ${resource.logicalId} (${resource.type}) is a policy that is not read`,
            consequence: attached ? 'what it allows, and to whom, is not part of what is checked' : NOT_JUDGED,
            cure: attached ? 'give the template that attaches it too, or leave it out' : 'look through it by hand',
            spot,
          },
        ]
      }),
    )
  },
}

/** Lets somebody in without a document that says so. */
const DOORS: Readonly<Record<string, string>> = {
  'AWS::EC2::VPCEndpointServicePermissions': 'lets other accounts connect to a service',
  'AWS::EKS::AccessEntry': 'lets a principal into a cluster',
  'AWS::IAM::AccessKey': 'makes a key of a user, which works from anywhere until it is deleted',
  'AWS::LakeFormation::Permissions': 'lets a principal at data',
  'AWS::LakeFormation::PrincipalPermissions': 'lets a principal at data',
  'AWS::Lambda::LayerVersionPermission': 'lets accounts load a layer',
  'AWS::OpenSearchServerless::AccessPolicy': 'lets principals at collections',
  'AWS::RAM::ResourceShare': 'shares resources with other accounts',
  'AWS::RolesAnywhere::Profile': 'hands roles to whoever has a certificate',
  'AWS::S3::AccessGrant': 'lets a grantee at objects',
  'AWS::SSO::Assignment': 'gives people a permission set in an account',
  'AWS::SSO::PermissionSet': 'says what people may do in the accounts that they are assigned',
  'AWS::ServiceCatalog::LaunchRoleConstraint': 'lets people launch products with a role',
  'AWS::ServiceCatalog::PortfolioShare': 'shares products with other accounts',
}

export const unreadDoor: Rule = {
  code: 'unread-access',
  severity: 'warning',
  about: 'a resource that lets somebody in by other means than a policy that is read here',
  covers: [],
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-cross-account-resource-access.html',
  find: ({ world }) =>
    world.resources.filter(isMade).flatMap(({ type, logicalId, properties, spot }) => {
      const does = Object.hasOwn(DOORS, type)
        ? DOORS[type]
        : type === 'AWS::IAM::User' && properties.LoginProfile !== undefined
          ? 'has a password, with which somebody signs in from anywhere'
          : undefined
      return does === undefined
        ? []
        : [
            {
              message: `${logicalId} (${type}) ${does}`,
              consequence: NOT_JUDGED,
              cure: 'look through it by hand',
              spot,
            },
          ]
    }),
}

/** Whatever its provider makes of it. */
export const unknownType: Rule = {
  code: 'unknown-resource-type',
  severity: 'note',
  about: 'a custom resource, a module or a type of somebody else: code that no template shows makes it',
  covers: [],
  page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html',
  find: ({ world }) => {
    const foreign = world.resources.filter(isMade).filter(({ type }) => !type.startsWith('AWS::') || CUSTOM.has(type))
    return [...Map.groupBy(foreign, ({ type, stack }) => `${stack} ${type}`).values()].map(group => ({
      message: `what ${group.map(({ logicalId }) => logicalId).join(', ')} (${group[0]!.type}) makes is known to its provider alone`,
      consequence: 'roles, policies and resources that it makes are not part of what is checked',
      cure: 'look through what provides it',
      spot: group[0]!.spot,
    }))
  },
}

const CUSTOM = new Set(['AWS::CloudFormation::CustomResource'])

const keyOf = (file: string, path: readonly (string | number)[]): string => `${file} ${JSON.stringify(path)}`

const placesRead = ({ policies }: World): ReadonlySet<string> =>
  new Set(policies.flatMap(({ spot, spots = [] }) => [spot, ...spots].map(({ file, path }) => keyOf(file.name, path))))

type Path = readonly (string | number)[]

/** Without recursion: properties are nested as deeply as somebody outside likes. */
function documentsIn(properties: Resource['properties']): Path[] {
  const found: Path[] = []
  const open: { readonly value: unknown; readonly path: Path }[] = [{ value: properties, path: [] }]
  for (const { value, path } of open) {
    if (isDocument(value)) found.push(path)
    else if (Array.isArray(value))
      for (const [index, each] of value.entries()) open.push({ value: each, path: [...path, index] })
    else if (isObject(value))
      for (const [name, each] of Object.entries(value)) open.push({ value: each, path: [...path, name] })
  }
  return found
}

function isDocument(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('"Statement"') && /"Effect"\s*:\s*"(Allow|Deny)"/.test(value)
  const statements = [member(value, 'Statement')].flat()
  return statements.some(each => member(each, 'Effect') !== undefined)
}
