/**
 * Two agents and twenty callers at the real server, the desks in a real browser: who gives up while waiting, who gives up
 * while a phone rings for them, and all others, each served once and in the order that the desks have shown.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { createJournalCheck } from '../../src/floor/journal-check.ts'
import { createEventLog } from '../../src/store/events.ts'
import { WAITED_MS } from '../support/hanging.ts'
import { openPhoneBank, type PhoneBank } from '../support/phone-bank.ts'
import { describeRealPages, pressOnDesk } from '../support/real-pages.ts'
import { arrivals, numbers } from './crowd.ts'

/** They hang up while they wait, and when an agent's phone rings for them. */
const GIVE_UP = ['Rheinnetz New customer', 'Kassemobil Lost SIM']
const GIVE_UP_RUNG = ['Rheinnetz Bill', 'Sternmobil General']
/** What Ben does not take. */
const BENS = /(Bill|General)$/

describeRealPages(
  'two agents and twenty callers',
  (pages) => {
    let phones: PhoneBank
    const idOf = new Map<string, string>()
    beforeAll(async () => {
      phones = await openPhoneBank(pages().running().baseUrl)
    })
    afterAll(() => phones.close())

    /** Every caller has a brand and topic of their own, so that the page tells who they are. */
    const callIn = async ([who, keys]: (typeof arrivals)[number]): Promise<void> => {
      const id = await phones.call(numbers[who.split(' ')[0] as keyof typeof numbers], null)
      idOf.set(who, id)
      for (const entry of keys) await phones.key(id, entry)
      await phones.until(`${who} waits`, () => phones.phone(id)?.state === 'waiting')
    }
    const hangUp = (who: string) => phones.act(idOf.get(who) ?? '', 'hang-up')

    const titleOf = (desk: Page): Promise<string | null> => desk.locator('#call-title').textContent()
    const counts = (desk: Page): Promise<string | null> => desk.getByTestId('counts').textContent()
    const rows = (desk: Page): Promise<string[]> =>
      desk.evaluate(`[...document.querySelectorAll('.caller-topic')].map((row) =>
      row.lastElementChild.textContent.split(' · ')[0] + ' ' + row.firstElementChild.textContent)`)
    /** Who the desk shows as the call at hand. */
    const atHand = (desk: Page): Promise<string> =>
      desk.evaluate(`(() => {
      const facts = new Map([...document.querySelectorAll('.facts > div')].map(({ children: [name, value] }) =>
        [name.textContent, value.textContent.trim()]))
      return facts.get('Brand') + ' ' + facts.get('Topic')
    })()`)

    /** The next caller that this agent's phone rings for; null when there is nobody left for the agent. */
    async function offered(desk: Page): Promise<string | null> {
      for (const end = Date.now() + WAITED_MS; Date.now() < end; await desk.waitForTimeout(50)) {
        if ((await titleOf(desk))?.startsWith('Your phone is ringing')) return atHand(desk)
        const isIdle = (await titleOf(desk)) === 'No call'
        if (isIdle && / 0 yours$/.test((await counts(desk)) ?? '')) return null
        const next = desk.getByRole('button', { name: 'Take the next' })
        // Somebody else may be faster.
        if ((await next.count()) > 0) await desk.keyboard.press('n')
      }
      throw new Error(`nothing comes to this desk: ${await titleOf(desk)}, ${await counts(desk)}`)
    }

    /** Takes calls until nobody is left, and tells which, in order. */
    async function serve(desk: Page, name: string): Promise<string[]> {
      const served: string[] = []
      for (;;) {
        const who = await offered(desk)
        if (who === null) return served
        const ringing = await phones.until(`the phone of ${name} rings`, () =>
          phones.all().find(({ number, state }) => number === `client:${name}` && state === 'ringing'),
        )
        served.push(who)
        if (GIVE_UP_RUNG.includes(who)) {
          await hangUp(who)
          await phones.until(`the phone of ${name} stops`, () => phones.phone(ringing.id)?.state === 'ended')
          await desk.getByRole('button', { name: 'Decline' }).waitFor({ state: 'detached' })
          continue
        }
        await phones.act(ringing.id, 'answer')
        await desk.getByRole('button', { name: 'End call' }).waitFor()
        if (served.length === 3) await pages().picture(desk, `7-two-agents-${name}`)
        await pressOnDesk(desk, 'e')
        await desk.getByRole('heading', { name: 'Wrap-up' }).waitFor()
        await pressOnDesk(desk, 'w')
        await desk.getByRole('heading', { name: 'Wrap-up' }).waitFor({ state: 'detached' })
      }
    }

    it('nobody is lost, nobody is served twice, and no phone rings for nobody at the end', async () => {
      const [anna, ben] = [await pages().desk('anna'), await pages().desk('ben')]
      const began = performance.now()
      await Promise.all(arrivals.map(callIn))
      const calledIn = performance.now()
      await anna.getByTestId('counts').getByText('20 in total · 20 yours').waitFor()
      expect((await rows(anna)).sort()).toEqual(arrivals.map(([who]) => who).sort())
      expect(await rows(ben)).toEqual(await rows(anna))
      await Promise.all(GIVE_UP.map(hangUp))
      await anna.getByTestId('counts').getByText('18 in total · 18 yours').waitFor()
      const order = await rows(anna)

      await pressOnDesk(anna, 'a')
      const served = await Promise.all([serve(anna, 'anna'), serve(ben, 'ben')])
      const over = performance.now()

      // Everybody once; each desk in the order that was shown; and the agent who takes fewer topics only those.
      expect(served.flat().sort()).toEqual([...order].sort())
      for (const callers of served) expect(callers).toEqual(order.filter((who) => callers.includes(who)))
      expect(served[1]?.filter((who) => !BENS.test(who))).toEqual([])
      expect(served[1]?.length).toBeGreaterThan(0)

      const sam = await pages().desk('sam', { height: 1260 })
      await pages().picture(sam, '8-supervisor')

      for (const desk of [anna, ben]) {
        await desk.getByText('Nobody is waiting.').waitFor()
        await desk.getByRole('heading', { name: 'No call' }).waitFor()
      }
      await phones.until('every phone is put down', () => phones.all().every(({ state }) => state === 'ended'))

      const { floorStore, database } = pages().running().deps
      expect(await floorStore.active()).toEqual([])
      const check = createJournalCheck()
      for (const line of await floorStore.journal({ after: 0, limit: 10_000 })) check.take(line)
      const { overtakings, notWaiting, offers } = check.report()
      expect({ broken: overtakings.filter(({ reason }) => reason === 'none'), notWaiting }).toEqual({
        broken: [],
        notWaiting: [],
      })
      expect(offers).toBe(order.length)
      const talks = (await createEventLog(database.db).read({ limit: 10_000 })).filter(({ kind }) => kind === 'talk')
      const callOf = (who: string) => phones.phone(idOf.get(who) ?? '')?.callSid
      expect(talks.map(({ callId }) => callId).sort()).toEqual(
        order
          .filter((who) => !GIVE_UP_RUNG.includes(who))
          .map(callOf)
          .sort(),
      )
      process.stdout.write(
        `  ${arrivals.length} callers in the queue after ${Math.round(calledIn - began)} ms, ${offers} offers to two desks in ${Math.round(over - calledIn)} ms\n`,
      )
    })
  },
  { allBrands: true },
)
