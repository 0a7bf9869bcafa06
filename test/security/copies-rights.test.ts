/** Who has the voice service's role of the database, against the sealed copies of PINs (threat 32): no way leads to them, and no right that could make one passes the start. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import pg from 'pg'
import { openApp } from '../support/app.ts'
import { type LookUpStand, openLookUp } from '../support/look-up.ts'
import { people } from '../support/people.ts'
import { describePostgres } from '../support/stores.ts'

const { first: HANNA } = people.rheinnetz as NonNullable<typeof people.rheinnetz>

/** The function that takes copies away has its owner's rights: with a table of the thief's own in the place of the copies, whatever that table's trigger does is done by the owner. */
const BORROWED = `
  CREATE TEMP TABLE verifier (brand text, ref text, credential text);
  CREATE TEMP TABLE pin_copy (brand text, ref text, credential text);
  CREATE TEMP TABLE loot (sealed text);
  GRANT ALL ON pg_temp.pin_copy, pg_temp.loot TO PUBLIC;
  CREATE FUNCTION pg_temp.steal() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO pg_temp.loot SELECT sealed FROM public.pin_copy; RETURN OLD; END $$;
  CREATE TRIGGER steal BEFORE DELETE ON pg_temp.pin_copy FOR EACH ROW EXECUTE FUNCTION pg_temp.steal();
  CREATE TRIGGER lend AFTER UPDATE ON pg_temp.verifier FOR EACH ROW EXECUTE FUNCTION public.drop_pin_copy();
  INSERT INTO pg_temp.pin_copy VALUES ('a', 'b', 'c');
  INSERT INTO pg_temp.verifier VALUES ('a', 'b', 'c');
  UPDATE pg_temp.verifier SET brand = brand;
  SELECT sealed FROM pg_temp.loot`

describePostgres('the role of the voice service', (postgres) => {
  let stand: LookUpStand
  beforeAll(async () => {
    stand = await openLookUp(postgres())
    await stand.asOwner('DELETE FROM pin_copy')
    expect((await stand.portal.as(HANNA.number, 'PUT', 'pin', { pin: '8264' })).status).toBe(200)
  })
  afterAll(() => stand.close())

  const roleOf = (url: string): string => new URL(url).username
  const asVoice = async (statements: string): Promise<unknown[] | string> => {
    const client = new pg.Client({ connectionString: stand.urls.voice })
    await client.connect()
    try {
      const done = (await client.query(statements)) as unknown as pg.QueryResult[]
      return done.at(-1)?.rows ?? []
    } catch (error) {
      return (error as { code: string }).code
    } finally {
      await client.end()
    }
  }

  it('cannot borrow the rights of the function that takes copies away', async () => {
    expect(await stand.asOwner('SELECT sealed FROM pin_copy')).toHaveLength(1)
    expect(await asVoice(BORROWED)).toBe('42501')
  })

  it('gets nothing by that function, either, where a restore has given it to all again', async () => {
    await stand.asOwner('GRANT EXECUTE ON FUNCTION drop_pin_copy() TO PUBLIC')
    expect(await asVoice(BORROWED)).toEqual([])
    await stand.asOwner('REVOKE EXECUTE ON FUNCTION drop_pin_copy() FROM PUBLIC')
  })

  it('may make no trigger of any function that has its owner’s rights', async () => {
    const lent = await stand.asOwner<{ name: string; may: boolean }>(
      `SELECT p.proname AS name, has_function_privilege($1, p.oid, 'EXECUTE') AS may FROM pg_proc AS p
       WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace`,
      [roleOf(stand.urls.voice)],
    )
    expect(lent).toEqual([{ name: 'drop_pin_copy', may: false }])
  })

  it('does not start the service where it could come to the right to read them', async () => {
    const [voice, portal] = [roleOf(stand.urls.voice), roleOf(stand.urls.portal)]
    const start = () =>
      openApp({
        customers: 'none',
        database: stand.urls.voice,
        settings: { ...stand.portal.settings, FLOWS_DIR: stand.flowsDir, LOOKUP_RECIPIENT: stand.recipient },
      })
    for (const [given, back] of [
      [
        `ALTER ROLE ${voice} NOINHERIT; GRANT ${portal} TO ${voice}`,
        `REVOKE ${portal} FROM ${voice}; ALTER ROLE ${voice} INHERIT`,
      ],
      [
        `ALTER TABLE pin_copy OWNER TO ${voice}; REVOKE ALL ON pin_copy FROM ${voice}`,
        `ALTER TABLE pin_copy OWNER TO CURRENT_USER; GRANT INSERT ON pin_copy TO ${voice}`,
      ],
      [`GRANT TRIGGER ON pin_copy TO ${voice}`, `REVOKE TRIGGER ON pin_copy FROM ${voice}`],
      [`ALTER ROLE ${voice} CREATEROLE`, `ALTER ROLE ${voice} NOCREATEROLE`],
    ] as const) {
      await stand.asOwner(given)
      await expect(start()).rejects.toThrow(/sealed copies/)
      await stand.asOwner(back)
    }
    await (await start()).close()
  })
})
