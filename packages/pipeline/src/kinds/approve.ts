import type { ApproveStage } from '../definition/schema.ts'
import type { Kind } from './kind.ts'

/** A person says yes or no; the approvers' own access is with the people's. */
export const approveKind: Kind<ApproveStage> = {
  accesses: () => [],
  actions: () => [
    { name: 'Approve', category: 'Approval', owner: 'AWS', provider: 'Manual', runOrder: 1, configuration: {} },
  ],
  roles: () => [],
  resources: () => [],
}
