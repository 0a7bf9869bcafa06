/** Chance with a seed, so that the lab plays the same again (sfc32, https://pracrand.sourceforge.net, public domain). */

/** From 0 to below 1, each as likely as any other. */
export type Chance = () => number

/** @param seed a whole number; only its lowest 32 bits count. */
export function chanceOf(seed: number): Chance {
  let [a, b, c, count] = [0x9e3779b9, 0x243f6a88, seed | 0, 1]
  const next = (): number => {
    const sum = (a + b + count) | 0
    count = (count + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return (sum >>> 0) / 2 ** 32
  }
  // The first numbers of seeds that are alike are alike.
  for (let thrown = 0; thrown < 16; thrown++) next()
  return next
}
