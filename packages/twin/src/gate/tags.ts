/** Tags as records keep them; each API spells its lists of them in its own way. */
export type Tags = Record<string, string>

type TagList = readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined

export const tagsOf = (list: TagList): Tags =>
  Object.fromEntries((list ?? []).map(({ Key = '', Value = '' }) => [Key, Value]))

export const tagList = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

export const withoutTags = (tags: Tags, names: readonly string[] | undefined): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([name]) => names?.includes(name) !== true))

/** The condition keys of a call that gives tags. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requesttag */
export const requestTags = (tags: Tags): Record<string, string | string[] | undefined> => ({
  ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [`aws:RequestTag/${name}`, value])),
  ...tagKeys(Object.keys(tags)),
})

/** … of one that takes tags away: without any, the key is not in the request. */
export const tagKeys = (names: readonly string[] = []): Record<string, string[] | undefined> => ({
  'aws:TagKeys': names.length === 0 ? undefined : [...names],
})

/** … and of one on a user or role, which has keys of its own besides. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html */
export const identityTags = ({ tags }: { tags: Tags }): Record<string, string> => ({
  ...resourceTags(tags),
  ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [`iam:ResourceTag/${name}`, value])),
})

/** … and of one on a resource that has tags. */
export const resourceTags = (tags: Tags = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).map(([name, value]) => [`aws:ResourceTag/${name}`, value]))
