import type { ResourceRule } from '@tripoint/iam'
import type { Finding } from '../source/finding.ts'
import { readSource } from '../source/read-source.ts'
import type { SourceFile } from '../source/spot.ts'
import { accountPositions, assumedAccount, isAccountName, stem } from '../template/assumption.ts'
import { deployed } from '../template/stack.ts'
import { isTemplate, readTemplate, type Template } from '../template/template.ts'
import { entryOf } from '../template/value.ts'
import { type Built, builtResources } from './built.ts'
import type { Input, WorldOptions } from './input.ts'
import { accountFinding, baseName, ownAccounts } from './own-account.ts'
import { surroundings, type Universe } from './parameters.ts'
import { isPipelineDocument, pipelineTemplate } from './pipeline-document.ts'
import { principalsOf } from './principals.ts'
import { resourcePolicies } from './resource-policies.ts'
import type { Account, Resource, World, WrittenPolicy } from './world.ts'

interface Read {
  readonly input: Input
  readonly template: Template
}

const REGION = 'us-east-1'

/** What all templates together make. What cannot be read or known is a finding, and the rest counts. */
export function readWorld(inputs: readonly Input[], options: WorldOptions = {}): World {
  const said = new Map<string, Finding>()
  /** A managed policy is read for each it is attached to: what is wrong with it is said once. */
  const report = (finding: Finding) => {
    const { code, message, spot } = finding
    const key = `${code} ${spot?.file.name} ${JSON.stringify(spot?.path)} ${message}`
    if (!said.has(key)) said.set(key, finding)
  }
  const files: SourceFile[] = []
  const all = inputs.flatMap((input): Read[] => {
    const { file, findings } = readSource(input.name, input.text)
    files.push(file)
    for (const finding of findings) report(finding)
    if (file.value === undefined) return []
    if (isTemplate(file.value)) return [{ input, template: readTemplate(file, report) }]
    if (isPipelineDocument(file.value)) return [{ input, template: pipelineTemplate(file) }]
    report(neither(file))
    return []
  })
  const own = ownAccounts(all, options)
  for (const each of all) {
    const finding = accountFinding(each, own.get(each.input)!)
    if (finding) report(finding)
  }
  const candidates: Universe['candidates'][number][] = []
  const universe: Universe = { candidates, options, report }
  const names = stackNames(all)
  for (const { input, template } of all) {
    const site = { account: own.get(input)!.id, region: input.region ?? REGION, stack: names.get(input)! }
    candidates.push({ input, template, stack: deployed(template, site, surroundings(universe, input, template)) })
  }
  const built = candidates.flatMap(({ stack }) => builtResources(stack))
  const { principals, policies: ofPrincipals } = principalsOf(built, report)
  const { policies, unmade } = resourcePolicies(built, report)
  const trusts = new Map(principals.flatMap(({ arn, trust }) => (trust ? [[arn, trust] as const] : [])))
  return {
    files,
    accounts: accountsOf(candidates, own, options),
    stacks: candidates.map(({ stack: { site, file } }) => ({
      ...{ name: site.stack, account: site.account, region: site.region, file },
    })),
    principals,
    resources: [
      ...built.map(each => resource(each, trusts.get(each.arn) ?? policies.get(each.arn))),
      ...unmade.map(({ type, name, arn, by }) => ({
        ...resource(by, policies.get(arn)),
        type,
        name,
        arn,
        properties: {},
      })),
    ],
    policies: [...ofPrincipals, ...policies.values()],
    findings: [...said.values()],
  }
}

const RULES: Readonly<Record<string, ResourceRule>> = {
  'AWS::KMS::Key': 'key',
  'AWS::KMS::ReplicaKey': 'key',
  'AWS::IAM::Role': 'trust',
}

function resource(built: Built, policy: WrittenPolicy | undefined): Resource {
  const { account, region, stack } = built.stack.site
  return {
    ...{ type: built.type, logicalId: built.logicalId, stack, account, region, arn: built.arn, name: built.name },
    ...(policy ? { policy } : {}),
    rule: entryOf(RULES, built.type) ?? 'plain',
    properties: built.properties,
    spot: built.spot,
  }
}

/** What it is deployed as, or the name of its file; no two are the same. */
function stackNames(all: readonly Read[]): ReadonlyMap<Input, string> {
  const taken = new Set<string>()
  return new Map(
    all.map(({ input }) => {
      const wanted = input.stack ?? baseName(input.name)
      let name = wanted
      for (let index = 2; taken.has(name); index++) name = `${wanted}-${index}`
      taken.add(name)
      return [input, name]
    }),
  )
}

/** Those that templates are for, those that were labelled, and those that parameters hold. */
function accountsOf(
  candidates: Universe['candidates'],
  own: ReturnType<typeof ownAccounts>,
  { accounts: labels = {} }: WorldOptions,
): Account[] {
  const labelled = new Map(Object.entries(labels).map(([label, id]) => [id, label]))
  const accounts = new Map<string, Account>()
  const meet = (id: string, label: string, known: Account['known']) => {
    if (!accounts.has(id)) accounts.set(id, { id, label: labelled.get(id) ?? label, known })
  }
  for (const { input, stack } of candidates) {
    const { id, known } = own.get(input)!
    meet(id, input.label ?? stack.site.stack, known)
  }
  for (const [id, label] of labelled) meet(id, label, 'given')
  for (const { stack, template } of candidates) {
    const standing = accountPositions(template.file.value)
    for (const name of Object.keys(template.parameters).filter(each => isAccountName(each) || standing.has(each))) {
      const id = stack.parameter(name)
      if (typeof id !== 'string' || !/^\d{12}$/.test(id)) continue
      meet(id, stem(name) || name, id === assumedAccount(name) ? 'assumed' : 'given')
    }
  }
  return [...accounts.values()]
}

const neither = (file: SourceFile): Finding => ({
  code: 'not-a-template',
  severity: 'error',
  message: `${file.name} is neither a template (it has no Resources) nor a pipeline as create-pipeline takes it`,
  consequence: 'nothing of this file is part of what is checked',
  cure: 'leave it out, or give the template that was meant',
  page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html',
  spot: { file, path: [] },
})
