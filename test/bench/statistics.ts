/**
 * Whether two samples differ. PURE. No package in use for this was found that has both tests and is kept, so these are the formulas
 * themselves; the test compares them with what scipy gives.
 */

/** Samples of a try each, ms. */
export type Sample = readonly number[]

/** TVLA's threshold for |t|, which takes one sample in 150,000 wrongly: http://reassure.eu/leakage_detection_tutorial_part3/ */
export const MOST_T = 4.5
export const LEAST_P = 0.001
/** What a caller could hear at all over a telephone network with so much jitter, ms. */
export const MOST_DIFFERENCE_MS = 1

export interface Compared {
  pairs: number
  /** Of the means, the second less the first, ms. */
  difference: number
  /** Its standard error, ms. */
  error: number
  /** Welch's t. */
  t: number
  /** Two-sided, of Mann and Whitney's U. */
  p: number
}

/** @throws {RangeError} for samples of fewer than two: nothing can be said of them. */
export function compared(first: Sample, second: Sample): Compared {
  if (Math.min(first.length, second.length) < 2) throw new RangeError('Two samples of at least two are compared.')
  return { pairs: Math.min(first.length, second.length), ...welch(first, second), p: mannWhitney(first, second) }
}

/** `unclear`: nothing was found, and a difference of a millisecond would not have been: the machine has too much else to do, or there are too few pairs. */
export type Verdict = 'alike' | 'apart' | 'unclear'

/** Whether there is anything that an attacker could go by. */
export function verdictOn({ difference, error, t, p }: Compared): Verdict {
  if (Math.abs(t) >= MOST_T || p <= LEAST_P) return 'apart'
  // Of means that are equal three standard errors contain nearly all differences.
  if (3 * error > MOST_DIFFERENCE_MS) return 'unclear'
  return Math.abs(difference) < MOST_DIFFERENCE_MS ? 'alike' : 'apart'
}

/** For unequal variances: https://www.itl.nist.gov/div898/handbook/eda/section3/eda353.htm. Samples that do not vary at all differ by nothing or without end. */
function welch(first: Sample, second: Sample): Pick<Compared, 'difference' | 'error' | 't'> {
  const [one, other] = [momentsOf(first), momentsOf(second)]
  const difference = other.mean - one.mean
  const error = Math.sqrt(one.variance / first.length + other.variance / second.length)
  return { difference, error, t: difference === 0 ? 0 : difference / error }
}

function momentsOf(sample: Sample): { mean: number; variance: number } {
  const mean = sample.reduce((sum, each) => sum + each, 0) / sample.length
  const squares = sample.reduce((sum, each) => sum + (each - mean) ** 2, 0)
  return { mean, variance: squares / (sample.length - 1) }
}

/**
 * By the normal approximation, with ties and the correction for continuity, as `scipy.stats.mannwhitneyu(method="asymptotic")`.
 * Mann and Whitney, On a test of whether one of two random variables is stochastically larger than the other, 1947.
 */
function mannWhitney(first: Sample, second: Sample): number {
  const [m, n] = [first.length, second.length]
  const all = [...first.map((ms) => ({ ms, mine: true })), ...second.map((ms) => ({ ms, mine: false }))]
  all.sort((one, other) => one.ms - other.ms)
  let [ranks, ties] = [0, 0]
  for (let at = 0; at < all.length; ) {
    let end = at
    while (end < all.length && all[end]?.ms === all[at]?.ms) end++
    const tied = end - at
    ties += tied ** 3 - tied
    // Those that are equal share the mean of their ranks, which are counted from 1.
    ranks += all.slice(at, end).filter(({ mine }) => mine).length * ((at + 1 + end) / 2)
    at = end
  }
  const u = ranks - (m * (m + 1)) / 2
  const total = m + n
  const deviation = Math.sqrt(((m * n) / 12) * (total + 1 - ties / (total * (total - 1))))
  if (deviation === 0) return 1
  const z = Math.max(0, Math.abs(u - (m * n) / 2) - 0.5) / deviation
  return erfc(z / Math.SQRT2)
}

/** For x >= 0, with a relative error below 1.2e-7: Press and others, Numerical Recipes in C, 2nd edition, `erfcc`. */
function erfc(x: number): number {
  const t = 1 / (1 + x / 2)
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ]
  const series = coefficients.reduceRight((sum, coefficient) => sum * t + coefficient, 0)
  return t * Math.exp(-x * x + series)
}
