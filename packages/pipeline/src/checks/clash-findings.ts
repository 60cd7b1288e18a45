import type { Definition, DeployStage, Stage, TrainStage } from '../definition/schema.ts'
import { MODELS, namesOf } from '../names/names.ts'
import type { Finding } from './finding.ts'

/** Names and folders that are right one by one, and mean the same thing together. */
export const clashFindings = (definition: Definition): Finding[] => [
  ...folderFindings(definition),
  ...endpointFindings(definition),
  ...prefixFindings(definition),
  ...stackFindings(definition),
]

const at = <S extends Stage['kind']>({ stages }: Definition, kind: S) =>
  stages.flatMap((stage, index) =>
    stage.kind === kind ? [{ index, stage: stage as Extract<Stage, { kind: S }> }] : [],
  )

/** Models and artifacts in the data's folder would be open to its publishers, and start the line in a loop. */
function folderFindings(definition: Definition): Finding[] {
  const { name } = definition
  const folder = MODELS.slice(0, -1)
  const taken: Readonly<Record<string, string>> = { [folder]: 'the models', [name]: "the pipeline's artifacts" }
  const data = at(definition, 'train').flatMap(({ index, stage }) => {
    const first = stage.data.split('/')[0] ?? ''
    if (taken[first] === undefined) return []
    return [
      {
        path: `stages[${index}].data`,
        value: stage.data,
        allowed: `a folder outside ${first}/, where ${taken[first]} are`,
        cure: 'name another folder of the bucket',
      },
    ]
  })
  if (name !== folder) return data
  const allowed = `a name other than ${folder}, which is a folder of the bucket`
  return [...data, { path: 'name', value: name, allowed, cure: 'rename the pipeline' }]
}

/** Each would take the other's deployments for its own. SageMaker does not tell names apart by case. */
function endpointFindings(definition: Definition): Finding[] {
  const first = new Map<string, string>()
  return at(definition, 'deploy-endpoint').flatMap(({ index, stage }: { index: number; stage: DeployStage }) => {
    const key = `${stage.account} ${stage.endpoint.toLowerCase()}`
    const owner = first.get(key)
    first.set(key, owner ?? stage.name)
    if (owner === undefined) return []
    return [
      {
        path: `stages[${index}].endpoint`,
        value: stage.endpoint,
        allowed: `an endpoint of its own; ${owner} deploys to this one in the same account`,
        cure: `name it: { endpoint: '${stage.endpoint}-2', … }`,
      },
    ]
  })
}

/** What stage `Train` owns is called `train-*`: so would be what `Train-Big` owns, and each could touch the other's. */
function prefixFindings({ stages }: Definition): Finding[] {
  return stages.flatMap((stage, index) => {
    const other = stages.find(
      ({ kind, name }) => kind === stage.kind && stage.name.toLowerCase().startsWith(`${name.toLowerCase()}-`),
    )
    if (other === undefined || stage.kind === 'approve') return []
    return [
      {
        path: `stages[${index}].name`,
        value: stage.name,
        allowed: `a name that does not begin with ${other.name}-, as what ${other.name} owns does`,
        cure: 'rename one of the two stages',
      },
    ]
  })
}

/** The stack of an account and the one that the pipeline deploys there. */
function stackFindings(definition: Definition): Finding[] {
  const { name, accounts } = definition
  const names = namesOf(definition)
  return at(definition, 'train').flatMap(({ stage }: { stage: TrainStage }) => {
    const made = names.stages[stage.name]
    const role = Object.keys(accounts).find(
      role => made?.kind === 'train' && made.workflowStack.name === `${name}-${role}`,
    )
    if (role === undefined || accounts[role] !== accounts[stage.account]) return []
    return [
      {
        path: `accounts.${role}`,
        value: accounts[role],
        allowed: `any other role; the workflow of ${stage.name} is the stack ${name}-${role}`,
        cure: 'rename the role that the account plays',
      },
    ]
  })
}
