/** The statements of a try: its rows, its spending, its end (docs/security.md#the-lock). */
import type { OfferedVerifier } from '../seams/attempts.ts'
import { statement } from './statement.ts'
import { trustedLine } from './trusted-line.ts'

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
 * holds that ends by its first use alone: then that one is read and no other; `$16` and `$17` what strangers have of the limits of the subjects; `$18` digits of
 * the line (null: it is not known), which is the customer's own after `$19` ms; `$20` whether nothing is left for any other. `held` waits for its rows and then sees them as they are now, whatever the statement's snapshot
 * says; everything after it is computed from there. Rows are locked in one order, so two tries never wait for each other. A posted secret's tries of strangers
 * who have no more are not counted in a row, so that they leave trusted lines what is kept for them.
 */
export const spend = statement<{
  fresh: boolean
  trusted: boolean
  ordinal: number | null
  in_a_row: number | null
  stored: OfferedVerifier[]
}>(
  'pin_spend',
  `WITH limits AS (
    SELECT * FROM unnest($1::text[], $2::integer[], $3::integer[], $4::boolean[], $16::integer[], $17::integer[])
      AS l (subject, hard_after, total_limit, soft_locks, strangers_after, strangers_total)
  ), soft_locks AS (
    SELECT * FROM unnest($5::integer[], $6::float8[]) AS s (after, for_ms)
  ), held AS MATERIALIZED (
    SELECT * FROM pin_state WHERE subject = ANY ($1::text[]) ORDER BY subject FOR UPDATE
  ), posted AS MATERIALIZED (
    SELECT stored, letter FROM pending_verifier
    WHERE brand = $12::text AND ref = $13::text AND credential = $11::text AND ends > now()
  ), origin AS MATERIALIZED (
    SELECT EXISTS (${trustedLine('$12::text', '$13::text', '$19::float8')} AND p.number = $18::text) AS trusted
  ), counted_now AS MATERIALIZED (
    SELECT held.*, trusted, hard_after, total_limit, soft_locks, strangers_after, strangers_total,
           ARRAY(SELECT f FROM unnest(failures) AS f WHERE f > since) AS recent,
           ARRAY(SELECT f FROM unnest(stranger_failures) AS f WHERE f > since) AS stranger_recent
    FROM held JOIN limits USING (subject) CROSS JOIN origin
      CROSS JOIN (SELECT now() - $7::float8 * interval '1 millisecond' AS since) AS w
  ), shut AS MATERIALIZED (
    SELECT *, hard_locked OR NOT trusted
             AND (stranger_consecutive >= strangers_after OR cardinality(stranger_recent) >= strangers_total) AS is_shut
    FROM counted_now
  ), next AS MATERIALIZED (
    SELECT subject, trusted, hard_after, total_limit, is_shut AS was_locked,
           tries + 1 AS tries,
           stranger_tries + (NOT trusted)::integer AS stranger_tries,
           letter_tries + is_shut::integer AS letter_tries,
           consecutive + one AS consecutive,
           stranger_consecutive + CASE WHEN trusted THEN 0 ELSE one END AS stranger_consecutive,
           recent || now() AS failures,
           CASE WHEN trusted THEN stranger_failures ELSE stranger_recent || now() END AS stranger_failures,
           CASE WHEN trusted THEN locked_until ELSE coalesce(soft, locked_until) END AS locked_until,
           CASE WHEN trusted THEN coalesce(soft, trusted_locked_until) ELSE trusted_locked_until END AS trusted_locked_until,
           in_a_row,
           (NOT is_shut OR EXISTS (SELECT FROM posted) AND letter_tries < $15::integer
              AND cardinality(recent) < total_limit::bigint + $15::integer
              AND (trusted OR cardinality(stranger_recent) < strangers_total::bigint + $15::integer))
             AND operator_locked IS NULL AND (trusted OR NOT $20::boolean)
             AND coalesce(CASE WHEN trusted THEN trusted_locked_until ELSE locked_until END <= now(), true) AS allowed
    FROM shut
      CROSS JOIN LATERAL (SELECT (NOT is_shut OR hard_locked)::integer AS one) AS o
      CROSS JOIN LATERAL (
        SELECT CASE WHEN trusted THEN consecutive - stranger_consecutive ELSE stranger_consecutive END + one AS in_a_row
      ) AS r
      LEFT JOIN LATERAL (
        SELECT now() + for_ms * interval '1 millisecond' AS soft FROM soft_locks
        WHERE shut.soft_locks AND one = 1 AND after = in_a_row
      ) AS s ON true
  ), verdict AS MATERIALIZED (
    SELECT count(*) = cardinality($1::text[]) AND coalesce(bool_and(allowed), false) AS allowed,
           max(tries) FILTER (WHERE subject = $8::text) AS serial,
           max(tries) FILTER (WHERE subject = $9::text) AS own_serial,
           max(stranger_tries) FILTER (WHERE subject = $8::text) AS stranger_serial,
           max(stranger_tries) FILTER (WHERE subject = $9::text) AS own_stranger_serial,
           coalesce(bool_or(was_locked), false) AS was_locked
    FROM next
  ), spent AS (
    INSERT INTO pin_attempt (token, subject, own_subject, credential, reserved, serial, own_serial, trusted, stranger_serial, own_stranger_serial)
    SELECT $10::text, $8::text, $9::text, $11::text, allowed, serial, own_serial, trusted, stranger_serial, own_stranger_serial
    FROM verdict CROSS JOIN origin
    ON CONFLICT (token) DO NOTHING
    RETURNING reserved
  ), counted AS (
    UPDATE pin_state AS s
    SET tries = next.tries,
        consecutive = next.consecutive,
        failures = next.failures,
        stranger_tries = next.stranger_tries,
        stranger_consecutive = next.stranger_consecutive,
        stranger_failures = next.stranger_failures,
        letter_tries = next.letter_tries,
        locked_until = next.locked_until,
        trusted_locked_until = next.trusted_locked_until,
        hard_locked = s.hard_locked OR next.consecutive >= hard_after OR cardinality(next.failures) >= total_limit,
        tried_at = now()
    FROM next, spent
    WHERE s.subject = next.subject AND spent.reserved
    RETURNING s.subject, s.consecutive, next.in_a_row
  )
  SELECT EXISTS (SELECT FROM spent) AS fresh,
         (SELECT trusted FROM origin) AS trusted,
         (SELECT consecutive FROM counted WHERE subject = $8::text) AS ordinal,
         (SELECT in_a_row FROM counted WHERE subject = $8::text) AS in_a_row,
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
 * subject, `$7` own subject, `$8` whether the caller says it was reserved; `$20` and `$21` what strangers have of the limits; `$22` digits of the line: where it is
 * on file of account `$24` of brand `$23`, a right secret from it is remembered; it is the customer's own after `$25` ms. That is only a wish: the row of the token says
 * whether it was reserved, for which subject, and as which try. Tries after this one stay counted, also when two right
 * ones end in either order. Rows are locked in the order of `spend`, the subjects before the token, so that a repeated
 * delivery and this one never deadlock.
 */
export const close = statement<never>(
  'pin_close',
  `WITH limits AS (
    SELECT * FROM unnest($1::text[], $2::integer[], $3::integer[], $20::integer[], $21::integer[])
      AS l (subject, hard_after, total_limit, strangers_after, strangers_total)
  ), held AS MATERIALIZED (
    SELECT * FROM pin_state WHERE subject = ANY ($1::text[]) ORDER BY subject FOR UPDATE
  ), closed AS (
    UPDATE pin_attempt SET outcome = $4::text
    WHERE (SELECT count(*) FROM held) > 0
      AND token = $5::text AND subject = $6::text AND own_subject IS NOT DISTINCT FROM $7::text
      AND reserved AND outcome IS NULL AND $8::boolean
    RETURNING subject, at, trusted, serial, own_serial, stranger_serial, own_stranger_serial
  ), next AS MATERIALIZED (
    SELECT held.subject, hard_after, total_limit,
           least(held.consecutive, held.tries - CASE held.subject WHEN closed.subject THEN serial ELSE own_serial END)
             AS consecutive,
           least(held.stranger_consecutive, held.stranger_tries
             - coalesce(CASE held.subject WHEN closed.subject THEN stranger_serial ELSE own_stranger_serial END, 0)) AS stranger_consecutive,
           CASE WHEN place IS NULL THEN failures ELSE failures[:place - 1] || failures[place + 1:] END AS failures,
           CASE WHEN trusted OR stranger_place IS NULL THEN stranger_failures
             ELSE stranger_failures[:stranger_place - 1] || stranger_failures[stranger_place + 1:] END AS stranger_failures
    FROM held JOIN limits USING (subject) CROSS JOIN closed
      CROSS JOIN LATERAL array_position(held.failures, closed.at) AS place
      CROSS JOIN LATERAL array_position(held.stranger_failures, closed.at) AS stranger_place
    WHERE $4::text = 'right'
  ), told AS (
    INSERT INTO event (kind, call_id, brand, ref, actor, facts)
    SELECT $9::text, $10::text, $11::text, $12::text, $13::text, $14::jsonb WHERE $9::text IS NOT NULL
  ), message AS (
    INSERT INTO message (brand, ref, kind, quiet_until, worth_until)
    SELECT account.brand, account.ref, kind, now() + quiet_ms * interval '1 millisecond', now() + worth_ms * interval '1 millisecond'
    FROM held JOIN limits USING (subject) JOIN closed USING (subject)
      JOIN account ON account.brand = $11::text AND account.ref = $12::text
      CROSS JOIN LATERAL (
        SELECT greatest(stranger_consecutive - strangers_after, cardinality(stranger_failures) - strangers_total) AS beyond
      ) AS strangers
      JOIN unnest($15::text[], $16::float8[], $17::float8[]) AS t (kind, quiet_ms, worth_ms) ON kind = CASE
        WHEN $4::text = 'right' AND $19::boolean THEN 'puk_used'
        WHEN $4::text = 'right' AND consecutive > $18::integer THEN 'right_after_failures'
        WHEN $4::text = 'right' THEN NULL
        WHEN hard_locked THEN 'hard_lock'
        WHEN NOT trusted AND beyond >= -1 AND NOT EXISTS (${trustedLine('$11::text', '$12::text', '$25::float8')})
          THEN CASE WHEN beyond >= 0 THEN 'hard_lock' ELSE 'nearly_locked' END
        WHEN consecutive >= hard_after - 1 OR cardinality(failures) >= total_limit - 1 THEN 'nearly_locked'
        WHEN CASE WHEN trusted THEN trusted_locked_until ELSE locked_until END > now() OR NOT trusted AND beyond >= 0 THEN 'soft_lock'
      END
    ON CONFLICT DO NOTHING
  ), proved AS (
    INSERT INTO proved_line (brand, ref, number)
    SELECT DISTINCT i.brand, i.ref, i.value FROM closed, identifier AS i
    WHERE $4::text = 'right' AND i.brand = $23::text AND i.ref = $24::text AND i.kind = 'phone_number' AND i.value = $22::text
      AND i.disputed IS NULL AND (i.valid_from IS NULL OR i.valid_from <= now()) AND (i.valid_to IS NULL OR i.valid_to > now())
    ON CONFLICT (ref, number) DO UPDATE SET last_right = now()
  )
  UPDATE pin_state AS s
  SET consecutive = next.consecutive,
      failures = next.failures,
      stranger_consecutive = next.stranger_consecutive,
      stranger_failures = next.stranger_failures,
      locked_until = NULL,
      trusted_locked_until = NULL,
      hard_locked = next.consecutive >= hard_after OR cardinality(next.failures) >= total_limit
  FROM next
  WHERE s.subject = next.subject`,
  'repeatable',
)
