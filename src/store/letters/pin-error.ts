/** Why no PIN is issued or taken back, in a sentence for people. */
export class PinError extends Error {
  override readonly name = 'PinError'
}
