/** The database is not there, or not any more. The message says what to do, and `cause` is what the driver said. */
export class StoreUnreachable extends Error {
  override readonly name = 'StoreUnreachable'
  /** A connection broke in the middle of a statement: another one may carry it at once. */
  readonly broke: boolean

  constructor(message: string, { cause, broke }: { cause: unknown; broke: boolean }) {
    super(message, { cause })
    this.broke = broke
  }
}
