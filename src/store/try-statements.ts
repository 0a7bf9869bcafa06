/** The statements of a try: its rows, its spending, its end (docs/security.md#the-lock). */
import type { OfferedVerifier } from '../seams/attempts.ts'
import { statement } from './statement.ts'

/** The rows of subjects that have none yet. `$1` subjects. */
export const ensureRows = statement<never>(
  'pin_rows',
  'INSERT INTO pin_state (subject) SELECT unnest($1::text[]) ON CONFLICT (subject) DO NOTHING',
  'repeatable',
)

/**
 * Spends a try. `$1` subjects with `$2` hard limits, `$3` limits of the total and `$4` whether soft locks hold; soft locks
 * `$5` after so many tries `$6` for so many ms; `$7` window of the total in ms; `$8` subject, `$9` own subject, `$10`
 * token, `$11` credential; whose verifiers are read: of brand `$12`, account `$13` and SIMs `$14`; `$15` tries of a posted secret while a lock
 * holds that ends by its first use alone: then that one is read and no other. `held` waits for its rows and then sees them as they are now, whatever the statement's snapshot
 * says; everything after it is computed from there. Rows are locked in one order, so two tries never wait for each other.
 */
export const spend = statement<{ fresh: boolean; ordinal: number | null; stored: OfferedVerifier[] }>(
  'pin_spend',
  `WITH limits AS (
    SELECT * FROM unnest($1::text[], $2::integer[], $3::integer[], $4::boolean[])
      AS l (subject, hard_after, total_limit, soft_locks)
  ), soft_locks AS (
    SELECT * FROM unnest($5::integer[], $6::float8[]) AS s (after, for_ms)
  ), held AS MATERIALIZED (
    SELECT * FROM pin_state WHERE subject = ANY ($1::text[]) ORDER BY subject FOR UPDATE
  ), posted AS MATERIALIZED (
    SELECT stored, letter FROM pending_verifier
    WHERE brand = $12::text AND ref = $13::text AND credential = $11::text AND ends > now()
  ), next AS MATERIALIZED (
    SELECT subject,
           tries + 1 AS tries,
           letter_tries + hard_locked::integer AS letter_tries,
           hard_locked AS was_locked,
           consecutive + 1 AS consecutive,
           ARRAY(SELECT f FROM unnest(failures) AS f
                 WHERE f > now() - $7::float8 * interval '1 millisecond') || now() AS failures,
           hard_after, total_limit,
           coalesce((SELECT now() + for_ms * interval '1 millisecond' FROM soft_locks
                     WHERE limits.soft_locks AND after = held.consecutive + 1), locked_until) AS locked_until,
           (NOT hard_locked OR EXISTS (SELECT FROM posted) AND letter_tries < $15::integer AND (
              SELECT count(*) FROM unnest(failures) AS f WHERE f > now() - $7::float8 * interval '1 millisecond'
            ) < total_limit::bigint + $15::integer) AND operator_locked IS NULL AND (locked_until IS NULL OR locked_until <= now()) AS allowed
    FROM held JOIN limits USING (subject)
  ), verdict AS MATERIALIZED (
    SELECT count(*) = cardinality($1::text[]) AND coalesce(bool_and(allowed), false) AS allowed,
           max(tries) FILTER (WHERE subject = $8::text) AS serial,
           max(tries) FILTER (WHERE subject = $9::text) AS own_serial,
           coalesce(bool_or(was_locked), false) AS was_locked
    FROM next
  ), spent AS (
    INSERT INTO pin_attempt (token, subject, own_subject, credential, reserved, serial, own_serial)
    SELECT $10::text, $8::text, $9::text, $11::text, allowed, serial, own_serial
    FROM verdict
    ON CONFLICT (token) DO NOTHING
    RETURNING reserved
  ), counted AS (
    UPDATE pin_state AS s
    SET tries = next.tries,
        consecutive = next.consecutive,
        failures = next.failures,
        letter_tries = next.letter_tries,
        locked_until = next.locked_until,
        hard_locked = was_locked OR next.consecutive >= hard_after OR cardinality(next.failures) >= total_limit,
        tried_at = now()
    FROM next, spent
    WHERE s.subject = next.subject AND spent.reserved
    RETURNING s.subject, s.consecutive
  )
  SELECT EXISTS (SELECT FROM spent) AS fresh,
         (SELECT consecutive FROM counted WHERE subject = $8::text) AS ordinal,
         (SELECT coalesce(json_agg(json_build_object(
            'sim', sim, 'stored', stored, 'weak', weak, 'replaceOnly', replace_only, 'letter', letter, 'setAt', set_at) ORDER BY letter NULLS FIRST), '[]')
          FROM (
            SELECT nullif(sim, '') AS sim, stored, weak, replace_only, NULL AS letter, set_at::text AS set_at FROM verifier
            WHERE brand = $12::text AND ref = $13::text AND credential = $11::text AND sim = ANY ($14::text[])
               AND switched_off IS NULL
              AND NOT (SELECT was_locked FROM verdict)
            UNION ALL SELECT NULL, stored, false, false, letter, NULL FROM posted
          ) AS offered) AS stored`,
  'repeatable',
)

/**
 * Records how a try ended, and its event: `$9` its kind (null: none), `$10` call, `$11` brand, `$12` account, `$13` actor, `$14`
 * facts; and what the customer is told of it, if anything: `$15` kinds of messages with `$16` quiet times and `$17` worth in ms, `$18` after how
 * many wrong tries a right one is told, `$19` whether each right one is. `$1` subjects with `$2` hard limits and `$3` limits of the total; `$4` outcome, `$5` token, `$6`
 * subject, `$7` own subject, `$8` whether the caller says it was reserved. That is only a wish: the row of the token says
 * whether it was reserved, for which subject, and as which try. Tries after this one stay counted, also when two right
 * ones end in either order. Rows are locked in the order of `spend`, the subjects before the token, so that a repeated
 * delivery and this one never deadlock.
 */
export const close = statement<never>(
  'pin_close',
  `WITH limits AS (
    SELECT * FROM unnest($1::text[], $2::integer[], $3::integer[]) AS l (subject, hard_after, total_limit)
  ), held AS MATERIALIZED (
    SELECT * FROM pin_state WHERE subject = ANY ($1::text[]) ORDER BY subject FOR UPDATE
  ), closed AS (
    UPDATE pin_attempt SET outcome = $4::text
    WHERE (SELECT count(*) FROM held) > 0
      AND token = $5::text AND subject = $6::text AND own_subject IS NOT DISTINCT FROM $7::text
      AND reserved AND outcome IS NULL AND $8::boolean
    RETURNING subject, at, serial, own_serial
  ), next AS MATERIALIZED (
    SELECT held.subject, hard_after, total_limit,
           least(held.consecutive, held.tries - CASE held.subject WHEN closed.subject THEN serial ELSE own_serial END)
             AS consecutive,
           CASE WHEN place IS NULL THEN failures ELSE failures[:place - 1] || failures[place + 1:] END AS failures
    FROM held JOIN limits USING (subject) CROSS JOIN closed
      CROSS JOIN LATERAL array_position(held.failures, closed.at) AS place
    WHERE $4::text = 'right'
  ), told AS (
    INSERT INTO event (kind, call_id, brand, ref, actor, facts)
    SELECT $9::text, $10::text, $11::text, $12::text, $13::text, $14::jsonb WHERE $9::text IS NOT NULL
  ), message AS (
    INSERT INTO message (brand, ref, kind, quiet_until, worth_until)
    SELECT account.brand, account.ref, kind, now() + quiet_ms * interval '1 millisecond', now() + worth_ms * interval '1 millisecond'
    FROM held JOIN limits USING (subject) JOIN closed USING (subject)
      JOIN account ON account.brand = $11::text AND account.ref = $12::text
      JOIN unnest($15::text[], $16::float8[], $17::float8[]) AS t (kind, quiet_ms, worth_ms) ON kind = CASE
        WHEN $4::text = 'right' AND $19::boolean THEN 'puk_used'
        WHEN $4::text = 'right' AND consecutive > $18::integer THEN 'right_after_failures'
        WHEN $4::text = 'right' THEN NULL
        WHEN hard_locked THEN 'hard_lock'
        WHEN consecutive >= hard_after - 1 OR cardinality(failures) >= total_limit - 1 THEN 'nearly_locked'
        WHEN locked_until > now() THEN 'soft_lock'
      END
    ON CONFLICT DO NOTHING
  )
  UPDATE pin_state AS s
  SET consecutive = next.consecutive,
      failures = next.failures,
      locked_until = NULL,
      hard_locked = next.consecutive >= hard_after OR cardinality(next.failures) >= total_limit
  FROM next
  WHERE s.subject = next.subject`,
  'repeatable',
)
