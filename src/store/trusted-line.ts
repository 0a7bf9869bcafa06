/** Which lines of a customer are their own: the one place that says it, for statements (docs/security.md#the-trusted-line). */

/**
 * A subquery without its end: the numbers (`p.number`) of an account, each of which is on file undisputed, with a SIM that is as old and did not end, for so long, and
 * from which a secret was right since both. What is on file since ever is old; where it is not known which SIM a number has, any of the account's counts. The
 * arguments are text of the statement: `brand` and `ref` of the account, and for how long in ms.
 */
export function trustedLine(brand: string, ref: string, afterMs: string): string {
  const before = `now() - ${afterMs} * interval '1 millisecond'`
  return `SELECT FROM proved_line AS p
    JOIN identifier AS i ON i.brand = p.brand AND i.ref = p.ref AND i.kind = 'phone_number' AND i.value = p.number
    WHERE p.brand = ${brand} AND p.ref = ${ref} AND i.disputed IS NULL AND (i.valid_to IS NULL OR i.valid_to > now())
      AND (i.valid_from IS NULL OR i.valid_from <= ${before} AND i.valid_from < p.last_right)
      AND NOT EXISTS (
        SELECT FROM identifier AS c
        WHERE c.ref = i.ref AND c.kind = 'sim_number' AND (i.sim_id IS NULL OR c.sim_id = i.sim_id)
          AND (c.disputed IS NOT NULL OR c.valid_from > ${before} OR c.valid_from >= p.last_right OR c.valid_to BETWEEN ${before} AND now())
      )`
}
