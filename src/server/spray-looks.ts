/** Each server looks by itself whether many accounts are being guessed at: what one of them finds holds for all. */
import { LOOK_MS, type SprayWatch } from '../turn/sprays.ts'

/** After a first look, so that calls know from the start what is on. Returns how to stop, once the look that is on is over. */
export async function startLooking(sprays: Pick<SprayWatch, 'look'>): Promise<() => Promise<void>> {
  await sprays.look()
  let looking: Promise<void> | null = null
  const timer = setInterval(() => {
    looking ??= sprays.look().finally(() => {
      looking = null
    })
  }, LOOK_MS).unref()
  return async () => {
    clearInterval(timer)
    await looking
  }
}
