/** What is asked for cannot be played; its message says what can. */
export class LabError extends Error {
  override readonly name = 'LabError'
}
