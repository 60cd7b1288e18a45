import type { Principal } from '../world/world.ts'
import type { Move } from './edge.ts'
import { IAM_EDITS, type IamEdit } from './iam-edits.ts'
import { administratorNode, principalNode } from './node.ts'
import type { Scene } from './scene.ts'

/** Whoever may edit who may do what. */
export function* iamMoves(scene: Scene): Generator<Move> {
  for (const principal of scene.world.principals)
    for (const edit of IAM_EDITS) {
      const pattern = `${principal.arn.split(':', 5).join(':')}:${edit.target}/*`
      if (!edit.actions.every(action => scene.couldBeAllowed(principal, action, pattern))) continue
      if (edit.gives === 'target') yield* ofTargets(scene, principal, edit)
      yield ofAnything(scene, principal, edit, pattern)
    }
}

function* ofTargets(scene: Scene, principal: Principal, edit: IamEdit): Generator<Move> {
  for (const target of scene.inAccount(principal.account)) {
    if (target.arn === principal.arn || target.kind !== edit.target) continue
    const to = principalNode(scene.world, target.arn)
    yield {
      from: principalNode(scene.world, principal.arn),
      to,
      by: edit.name,
      does: `${edit.does} ${to.name} (${edit.actions.join(', ')})`,
      page: edit.page,
      asks: edit.actions.map(action => ({ action, resource: target.arn })),
    }
  }
}

/** Of a target's rights: those of one that no template shows, which may be an administrator's. */
function ofAnything(scene: Scene, principal: Principal, edit: IamEdit, pattern: string): Move {
  const to = administratorNode(scene.world, principal.account)
  const some = edit.gives === 'target' ? `${edit.does} some ${edit.target}, and so may become` : edit.does
  return {
    from: principalNode(scene.world, principal.arn),
    to,
    by: edit.name,
    does: `${some} ${to.name} (${edit.actions.join(', ')})`,
    page: edit.page,
    asks: edit.actions.map(action => ({ action, resource: pattern })),
    ...(edit.gives === 'target' ? { unknown: `no template shows every ${edit.target} of ${principal.account}` } : {}),
  }
}

/** An administrator can become each role and user of his account. */
export function* administratorMoves(scene: Scene): Generator<Move> {
  for (const { id } of scene.world.accounts) {
    const from = administratorNode(scene.world, id)
    for (const { arn } of scene.inAccount(id)) {
      const to = principalNode(scene.world, arn)
      yield {
        from,
        to,
        by: 'administer',
        does: `can become ${to.name}`,
        page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_iam-users-and-roles.html',
        asks: [],
      }
    }
  }
}
