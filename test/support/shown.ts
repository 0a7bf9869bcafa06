/** What a failed test saw: while it is under way, whatever shows something to it can tell that to the runner (`run/runner.mjs`). */

/** Each tells what it shows, as text for people. Who adds one takes it away when its test ends. */
export const showing = new Set<() => Promise<string>>()

/** Puts what is shown now behind the message of an error, before its stack: reporters print one and shorten the other. */
export async function tellWhatIsShown(error: unknown): Promise<void> {
  if (!(error instanceof Error) || showing.size === 0) return
  const texts = await Promise.all([...showing].map((tell) => tell()))
  const stack = error.stack ?? error.message
  const end = stack.search(/\n +at /)
  const [message, calls] = end < 0 ? [stack, ''] : [stack.slice(0, end), stack.slice(end)]
  error.stack = `${message}\n\n${texts.join('\n')}${calls}`
}
