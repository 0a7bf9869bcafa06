/** A store that can be asked whether it works, and closed. */
export interface Closable {
  ping(): Promise<void>
  close(): Promise<void>
}
