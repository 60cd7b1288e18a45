/** A template as it is given: which file, and where it is deployed. */
export interface Input {
  /** as the user wrote it: findings name it so */
  readonly name: string
  readonly text: string
  /** twelve digits */
  readonly account?: string
  readonly region?: string
  readonly stack?: string
  /** what the account is called */
  readonly label?: string
  readonly parameters?: Readonly<Record<string, string | { readonly stack: string; readonly output: string }>>
}

export interface WorldOptions {
  /** for every template that has a parameter of the name */
  readonly parameters?: Readonly<Record<string, string>>
  /** what accounts are called: label → twelve digits */
  readonly accounts?: Readonly<Record<string, string>>
}
