import type { Access, Conditions } from '../access/access.ts'
import { assumes, type Grantee, grant, rolePrincipal, servicePrincipal } from '../access/grant.ts'
import { PAGES } from '../access/pages.ts'
import type { Named, Names } from '../names/names.ts'
import type { Line, OwnedResource } from './kind.ts'

const EVENTS = 'events.amazonaws.com'

/** EventBridge starts the pipeline on a commit and, with `retrainOn: 'data'`, on new training data. */
export const triggerAccesses = ({ definition, names }: Line): Access[] =>
  ruleAccesses(names, definition.retrainOn === 'data' ? [names.commitRule, names.dataRule] : [names.commitRule])

/** What rules need that start a pipeline with one role. */
export function ruleAccesses(
  names: Pick<Names, 'account' | 'pipelineArn' | 'triggerRole'>,
  rules: readonly Named[],
): Access[] {
  const to: Grantee = {
    stage: 'trigger',
    who: 'trigger-role',
    hop: 'trigger',
    step: 'Trigger',
    principal: rolePrincipal(names.triggerRole, names.account),
  }
  const conditions: Conditions = {
    StringEquals: { 'aws:SourceAccount': names.account },
    ArnLike: { 'aws:SourceArn': rules.length === 1 ? rules[0]!.arn : rules.map(rule => rule.arn) },
  }
  return [
    ...assumes(
      { ...to, who: 'events', principal: servicePrincipal(EVENTS, names.account) },
      names.triggerRole,
      names.account,
      {
        because: 'EventBridge starts the target with this role',
        page: PAGES.eventTarget,
        conditions,
        absence: { does: 'never-starts' },
      },
    ),
    ...grant(to, { label: 'pipeline', arn: names.pipelineArn, account: names.account, sides: ['identity'] }, [
      [
        'codepipeline:StartPipelineExecution',
        'a commit starts the pipeline',
        PAGES.eventTarget,
        { does: 'never-starts' },
      ],
    ]),
  ]
}

export function triggerRules({ definition, names }: Line): OwnedResource[] {
  const { stacks, account } = names
  const target = { Id: 'pipeline', Arn: names.pipelineArn, RoleArn: names.triggerRole.arn }
  const rule = (
    logicalId: string,
    name: string,
    description: string,
    pattern: OwnedResource['properties'],
  ): OwnedResource => ({
    logicalId,
    stack: stacks.pipeline,
    type: 'AWS::Events::Rule',
    properties: { Name: name, Description: description, EventPattern: pattern, State: 'ENABLED', Targets: [target] },
  })
  const commit = rule('CommitRule', names.commitRule.name, `starts ${names.pipeline} on a commit`, {
    source: ['aws.codecommit'],
    'detail-type': ['CodeCommit Repository State Change'],
    account: [account],
    resources: [names.repositoryArn],
    detail: {
      event: ['referenceCreated', 'referenceUpdated'],
      referenceType: ['branch'],
      referenceName: [definition.source.branch],
    },
  })
  if (definition.retrainOn === 'commit') return [commit]
  // Only data: the line's own artifacts and models are in the same bucket and would start it in a loop.
  const folders = definition.stages.flatMap(stage => (stage.kind === 'train' ? [{ prefix: stage.data }] : []))
  const data = rule('DataRule', names.dataRule.name, `starts ${names.pipeline} on new training data`, {
    source: ['aws.s3'],
    'detail-type': ['Object Created'],
    account: [account],
    detail: { bucket: { name: [names.bucket] }, object: { key: folders } },
  })
  return [commit, data]
}
