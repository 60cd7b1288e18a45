/** Writes src/generated/references.json: `node packages/proof/build/references.ts`, from the repository's root or anywhere. */
import { writeFileSync } from 'node:fs'
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec'

/** Types of which `Ref` gives an ARN, and types whose name is a property that is not called so: what a guess gets wrong. */
const arns: string[] = []
const names: [string, string][] = []
for (const { cloudFormationType: type, primaryIdentifier, properties } of loadAwsServiceSpecSync().all('resource')) {
  const [identifier, ...more] = primaryIdentifier ?? []
  if (identifier === undefined || more.length > 0) continue
  const short = type.slice(type.lastIndexOf(':') + 1)
  const given = Object.hasOwn(properties, identifier)
  if (!given && /arn$/i.test(identifier)) arns.push(type)
  else if (given && identifier !== 'Name' && identifier !== `${short}Name` && !/arn$/i.test(identifier))
    names.push([type, identifier])
}

const sorted = { arns: arns.sort(), names: Object.fromEntries(names.sort(([a], [b]) => (a < b ? -1 : 1))) }
writeFileSync(new URL('../src/generated/references.json', import.meta.url), `${JSON.stringify(sorted, null, 0)}\n`)
