/** Something a person can cure: what is wrong, where, and what to do. Shown without a stack. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly cure: string | undefined
  constructor(message: string, cure?: string) {
    super(message)
    this.cure = cure
  }
}
