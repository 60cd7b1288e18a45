/** A problem of a definition: what ValidateStateMachineDefinition answers, and CreateStateMachine refuses. */
export interface Finding {
  severity: 'ERROR' | 'WARNING'
  code:
    | 'INVALID_JSON_DESCRIPTION'
    | 'SCHEMA_VALIDATION_FAILED'
    | 'MISSING_TRANSITION_TARGET'
    | 'DUPLICATE_STATE_NAME'
    | 'MISSING_END_STATE'
  message: string
  location: string
}

export type Report = (message: string, location: string, code?: Finding['code']) => undefined

/** The text of CreateStateMachine's InvalidDefinition. */
export const refusal = (findings: readonly Finding[]): string =>
  `Invalid State Machine Definition: '${findings
    .map(({ code, message, location }) =>
      code === 'INVALID_JSON_DESCRIPTION' ? `${code}: ${message}` : `${code}: ${message} at ${location}`,
    )
    .join(', ')}'`
