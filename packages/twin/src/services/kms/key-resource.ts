import { type Honoured, isAwsError, refuseOthers } from '../../engine/index.ts'
import type { Properties, Resource, ResourceIo, ResourceType } from '../../gate/index.ts'

const honoured: Honoured = {
  KeyPolicy: true,
  EnableKeyRotation: true,
  RotationPeriodInDays: true,
  Description: true,
  PendingWindowInDays: true,
  Enabled: true,
  KeySpec: true,
  KeyUsage: true,
  MultiRegion: true,
  Origin: true,
  BypassPolicyLockoutSafetyCheck: true,
  Tags: true,
}

/** Templates may spell a boolean as text. */
const flag = (value: unknown, usual: boolean) => (value === undefined ? usual : String(value) === 'true')
const text = (value: unknown) => (value === undefined ? undefined : String(value))
const number = (value: unknown) => (value === undefined ? undefined : Number(value))
const json = (value: unknown) =>
  value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value)

const tagsOf = (properties: Properties) =>
  ((properties.Tags ?? []) as { Key: string; Value: string }[]).map(({ Key, Value }) => ({
    TagKey: Key,
    TagValue: String(Value),
  }))

const resource = (id: string, io: ResourceIo): Resource => ({
  physicalId: id,
  attributes: { Arn: `arn:aws:kms:${io.region}:${io.account}:key/${id}`, KeyId: id },
})

async function setRotation(KeyId: string, properties: Properties, io: ResourceIo) {
  if (!flag(properties.EnableKeyRotation, false)) return io.invoke('kms', 'DisableKeyRotation', { KeyId })
  const RotationPeriodInDays = number(properties.RotationPeriodInDays)
  return io.invoke('kms', 'EnableKeyRotation', { KeyId, RotationPeriodInDays })
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html */
export const keyResource: ResourceType = {
  type: 'AWS::KMS::Key',
  async create(properties, io) {
    refuseOthers(properties, honoured, 'AWS::KMS::Key')
    const { KeyMetadata } = await io.invoke('kms', 'CreateKey', {
      Policy: json(properties.KeyPolicy),
      Description: text(properties.Description),
      KeySpec: text(properties.KeySpec) as 'SYMMETRIC_DEFAULT' | undefined,
      KeyUsage: text(properties.KeyUsage) as 'ENCRYPT_DECRYPT' | undefined,
      Origin: text(properties.Origin) as 'AWS_KMS' | undefined,
      MultiRegion: properties.MultiRegion === undefined ? undefined : flag(properties.MultiRegion, false),
      BypassPolicyLockoutSafetyCheck: flag(properties.BypassPolicyLockoutSafetyCheck, false),
      ...(tagsOf(properties).length === 0 ? {} : { Tags: tagsOf(properties) }),
    })
    const id = KeyMetadata?.KeyId ?? ''
    io.made(id)
    if (flag(properties.EnableKeyRotation, false)) await setRotation(id, properties, io)
    if (!flag(properties.Enabled, true)) await io.invoke('kms', 'DisableKey', { KeyId: id })
    return resource(id, io)
  },
  async update(id, properties, previous, io) {
    refuseOthers(properties, honoured, 'AWS::KMS::Key')
    const enabled = flag(properties.Enabled, true)
    const wasEnabled = flag(previous.Enabled, true)
    if (enabled && !wasEnabled) await io.invoke('kms', 'EnableKey', { KeyId: id })
    if (!same(properties.Description, previous.Description)) {
      await io.invoke('kms', 'UpdateKeyDescription', { KeyId: id, Description: text(properties.Description) ?? '' })
    }
    if (!same(properties.KeyPolicy, previous.KeyPolicy) && properties.KeyPolicy !== undefined) {
      await io.invoke('kms', 'PutKeyPolicy', { KeyId: id, PolicyName: 'default', Policy: json(properties.KeyPolicy) })
    }
    const rotation = (of: Properties) => [flag(of.EnableKeyRotation, false), of.RotationPeriodInDays]
    if (!same(rotation(properties), rotation(previous))) await setRotation(id, properties, io)
    await updateTags(id, properties, previous, io)
    if (!enabled && wasEnabled) await io.invoke('kms', 'DisableKey', { KeyId: id })
    return resource(id, io)
  },
  async delete(id, properties, io) {
    try {
      await io.invoke('kms', 'ScheduleKeyDeletion', {
        KeyId: id,
        PendingWindowInDays: number(properties.PendingWindowInDays),
      })
    } catch (error) {
      if (!isAwsError(error, 'NotFoundException', 'KMSInvalidStateException')) throw error
    }
  },
}

async function updateTags(KeyId: string, properties: Properties, previous: Properties, io: ResourceIo) {
  const [now, before] = [tagsOf(properties), tagsOf(previous)]
  if (same(now, before)) return
  const gone = before.map(({ TagKey }) => TagKey).filter(name => !now.some(({ TagKey }) => TagKey === name))
  if (gone.length > 0) await io.invoke('kms', 'UntagResource', { KeyId, TagKeys: gone })
  if (now.length > 0) await io.invoke('kms', 'TagResource', { KeyId, Tags: now })
}

const aliasHonoured: Honoured = { AliasName: true, TargetKeyId: true }

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-alias.html */
export const aliasResource: ResourceType = {
  type: 'AWS::KMS::Alias',
  async create(properties, io) {
    refuseOthers(properties, aliasHonoured, 'AWS::KMS::Alias')
    const AliasName = String(properties.AliasName)
    await io.invoke('kms', 'CreateAlias', { AliasName, TargetKeyId: String(properties.TargetKeyId) })
    return { physicalId: AliasName, attributes: {} }
  },
  async update(name, properties, _previous, io) {
    refuseOthers(properties, aliasHonoured, 'AWS::KMS::Alias')
    await io.invoke('kms', 'UpdateAlias', { AliasName: name, TargetKeyId: String(properties.TargetKeyId) })
    return { physicalId: name, attributes: {} }
  },
  async delete(name, _properties, io) {
    try {
      await io.invoke('kms', 'DeleteAlias', { AliasName: name })
    } catch (error) {
      if (!isAwsError(error, 'NotFoundException')) throw error
    }
  },
}
