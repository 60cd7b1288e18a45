import type { Stage } from '../definition/schema.ts'
import { approveKind } from './approve.ts'
import { deployEndpointKind } from './deploy-endpoint.ts'
import type { Kind } from './kind.ts'
import { trainKind } from './train.ts'

type Kinds = { readonly [K in Stage['kind']]: Kind<Extract<Stage, { kind: K }>> }

const KINDS: Kinds = { train: trainKind, approve: approveKind, 'deploy-endpoint': deployEndpointKind }

export const kindOf = (stage: Stage): Kind<Stage> => KINDS[stage.kind] as Kind<Stage>
