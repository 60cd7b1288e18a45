import type { Report } from '@tripoint/proof'

type Witness = NonNullable<Report['needed'][number]['witness']>

/** What `check` has against the templates, a line for each; of ours as they are, it has nothing. */
export const reported = ({ needed, guards, excess, reach, paths, findings }: Report): string[] => [
  ...needed.flatMap(({ access, verdict }) => (verdict === 'allowed' ? [] : [`need ${access.id} ${verdict}`])),
  ...guards.flatMap(({ guard, verdict }) => (verdict === 'held' ? [] : [`guard ${guard.id} ${verdict}`])),
  ...excess.map(({ kind, what, harm, statement }) => `excess ${harm} ${kind} ${what.join()} of ${statement.owner}`),
  ...reach.map(({ who, actions, resource }) => `reach ${who} ${actions.join()} ${resource}`),
  ...paths.map(({ from, to, steps }) => `path ${from} ${to} ${steps.map(({ by }) => by).join()}`),
  ...findings.flatMap(({ code, severity, message, place }) =>
    severity === 'note' ? [] : [`${severity} ${code} ${message} ${place?.file}:${place?.line}`],
  ),
]

/** A request, and what is said to come of it with the policies as they now are. */
export interface Claim {
  readonly witness: Witness
  readonly allowed: boolean
  readonly because: string
  /** whose policies no template shows is taken to have every right by them: what is said of another side may rest on that */
  readonly assumes?: true
}

/** What `check` calls harmful: something that is needed and no longer allowed, something that is allowed and should not be. */
export const harmOf = ({ needed, guards, excess }: Report): Claim[] => [
  ...needed.flatMap(({ verdict, witness, access }) =>
    verdict !== 'allowed' && witness ? [{ witness, allowed: false, because: `need ${access.id} ${verdict}` }] : [],
  ),
  ...guards.flatMap(({ harm, witness, guard }) =>
    harm === 'effective' && witness ? [{ witness, allowed: true, because: `guard ${guard.id}` }] : [],
  ),
  ...excess.flatMap(({ harm, witness, kind, statement }): Claim[] =>
    harm === 'effective' && witness
      ? [{ witness, allowed: true, because: `excess ${kind}`, ...(statement.side === 'identity' ? {} : ASSUMES) }]
      : [],
  ),
]

const ASSUMES = { assumes: true } as const

/** What it calls harmless: allowed on one side, and still held back on another. */
export const latentOf = ({ excess }: Report): Claim[] =>
  excess.flatMap(({ harm, witness, kind, statement }): Claim[] =>
    harm === 'latent' && witness && kind !== 'denies-more'
      ? [
          {
            witness,
            allowed: false,
            because: `latent excess ${kind}`,
            ...(statement.side === 'identity' ? {} : ASSUMES),
          },
        ]
      : [],
  )
