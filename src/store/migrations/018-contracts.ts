import { type Kysely, sql } from 'kysely'

/**
 * Accounts in time. `contract`: begins and ends, and what belongs to it ends with it (R42, R44, R45). `contact`: where messages may
 * go, from which contract, and since when (R48); what was confirmed at the SIM registration counts (R50).
 * `account.ends`: from when the customer has no contract any more; null: has one, or never needed one.
 * `identifier.disputed`: since when another customer claims the number too. It then identifies nobody.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE account ADD COLUMN ends timestamptz`.execute(db)
  await sql`
    CREATE TABLE contract (
      id text PRIMARY KEY CHECK (length(id) BETWEEN 16 AND 64),
      brand text NOT NULL,
      ref text NOT NULL,
      number text NOT NULL CHECK (number ~ '^[0-9]{1,32}$'),
      product text,
      begins timestamptz,
      ends timestamptz,
      CHECK (begins < ends),
      UNIQUE (id, ref),
      FOREIGN KEY (ref, brand) REFERENCES account (ref, brand)
    )`.execute(db)
  await sql`CREATE INDEX contract_of_account ON contract (ref)`.execute(db)

  await sql`
    CREATE TABLE contact (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      brand text NOT NULL,
      ref text NOT NULL,
      kind text NOT NULL CHECK (kind IN ('mobile', 'email')),
      value text NOT NULL,
      contract text,
      valid_from timestamptz,
      valid_to timestamptz,
      confirmed timestamptz,
      CHECK (valid_from < valid_to),
      FOREIGN KEY (ref, brand) REFERENCES account (ref, brand),
      FOREIGN KEY (contract, ref) REFERENCES contract (id, ref)
    )`.execute(db)
  await sql`CREATE INDEX contact_of_account ON contact (ref)`.execute(db)
  await sql`CREATE UNIQUE INDEX contact_once ON contact (ref, kind, value) WHERE valid_to IS NULL`.execute(db)
  await sql`
    INSERT INTO contact (brand, ref, kind, value)
    SELECT brand, ref, 'mobile', mobile FROM account WHERE mobile IS NOT NULL
    UNION ALL SELECT brand, ref, 'email', email FROM account WHERE email IS NOT NULL`.execute(db)
  await sql`ALTER TABLE account DROP COLUMN email, DROP COLUMN mobile`.execute(db)

  await sql`ALTER TABLE identifier ADD COLUMN contract text, ADD COLUMN disputed timestamptz`.execute(db)
  await sql`
    ALTER TABLE identifier ADD CONSTRAINT identifier_of_contract
    FOREIGN KEY (contract, ref) REFERENCES contract (id, ref)`.execute(db)
  // A phone number may say which SIM has it: its PUK is the one that counts for that number.
  await sql`ALTER TABLE identifier DROP CONSTRAINT identifier_check1`.execute(db)
  await sql`
    ALTER TABLE identifier ADD CONSTRAINT identifier_of_sim
    CHECK (CASE kind WHEN 'sim_number' THEN sim_id IS NOT NULL WHEN 'phone_number' THEN true ELSE sim_id IS NULL END)`.execute(
    db,
  )
  // Of those that nobody else claims a number has one owner at a time; the others lead to nobody, so that they are kept for both.
  await sql`ALTER TABLE identifier DROP CONSTRAINT identifier_has_one_owner`.execute(db)
  await sql`
    ALTER TABLE identifier ADD CONSTRAINT identifier_has_one_owner EXCLUDE USING gist (
      brand WITH =, value WITH =, ref WITH <>, tstzrange(valid_from, valid_to) WITH &&
    ) WHERE (disputed IS NULL)`.execute(db)
  await sql`CREATE INDEX identifier_disputed ON identifier (brand, value) WHERE disputed IS NOT NULL`.execute(db)

  // A contract has been a number alone until now; each of those is one.
  await sql`
    WITH numbered AS (
      SELECT id AS identifier, replace(gen_random_uuid()::text, '-', '') AS contract, brand, ref, value, valid_from, valid_to
      FROM identifier WHERE kind = 'contract_number'
    ), made AS (
      INSERT INTO contract (id, brand, ref, number, begins, ends)
      SELECT contract, brand, ref, value, valid_from, valid_to FROM numbered
      RETURNING id
    )
    UPDATE identifier SET contract = numbered.contract
    FROM numbered, made WHERE identifier.id = numbered.identifier AND made.id = numbered.contract`.execute(db)
  // Of accounts whose contracts had all ended there is none. Phone and SIM numbers of theirs have ended by then, too.
  await sql`
    UPDATE account SET ends = over.at FROM (
      SELECT ref, max(ends) AS at FROM contract GROUP BY ref HAVING count(*) = count(ends)
    ) AS over WHERE account.ref = over.ref`.execute(db)
  await sql`
    UPDATE identifier SET valid_to = account.ends FROM account
    WHERE account.ref = identifier.ref AND account.ends IS NOT NULL
      AND identifier.kind IN ('phone_number', 'sim_number') AND identifier.valid_to IS NULL
      AND (identifier.valid_from IS NULL OR identifier.valid_from < account.ends)`.execute(db)
  await sql`
    UPDATE contact SET valid_to = account.ends FROM account
    WHERE account.ref = contact.ref AND account.ends IS NOT NULL`.execute(db)

  // One counter of PUKs for the account, where each of its SIMs had one: the higher counts, and no lock is lifted.
  await sql`
    WITH old AS (
      DELETE FROM pin_state WHERE subject ~ '^account:.*/sim/[^/]*$'
      RETURNING regexp_replace(subject, '/sim/[^/]*$', '/puk') AS puk, *
    )
    INSERT INTO pin_state (subject, tries, consecutive, failures, locked_until, hard_locked, tried_at)
    SELECT puk, sum(tries), max(consecutive),
      (SELECT coalesce(array_agg(f ORDER BY f), '{}') FROM old AS own, unnest(own.failures) AS f WHERE own.puk = old.puk),
      max(locked_until), bool_or(hard_locked), max(tried_at)
    FROM old GROUP BY puk`.execute(db)

  // The customers of a file that is being imported: it is written nowhere else, and gone when the file is in.
  await sql`
    CREATE UNLOGGED TABLE import_line (
      run text NOT NULL,
      brand text NOT NULL,
      customer_number text NOT NULL,
      line integer NOT NULL,
      at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (run, brand, customer_number)
    )`.execute(db)
}
