/** Time is a value: the shell asks this, tests turn it. `wait` resolves after that many milliseconds. */
export interface Clock {
  now(): Date
  wait(ms: number): Promise<void>
}
