/** The whole page: the phones, the one in the hand, who can be called as, and where the call is in the flow. */
import { useEffect, useState } from 'preact/hooks'
import { type Language, LanguageProvider, useLanguageSwitch } from '../../page/language.ts'
import type { ShownPhone } from '../view.ts'
import { useKeyAs } from './as-customer.ts'
import { Customers } from './customers.tsx'
import { FlowPicture } from './flow-picture.tsx'
import { HandsetPanel } from './handset.tsx'
import { NewCall } from './new-call.tsx'
import { EndedPhones, isRinging, LivePhones, Owner } from './phone-list.tsx'
import { PhoneTop } from './phone-top.tsx'
import { usePhones } from './use-phones.ts'
import { useSpeech } from './use-speech.ts'

const titleOf = ({ phone }: Language): string => phone.title
/** The hotline of the README's first call, where it is served. */
const FIRST = 'rheinnetz'

/** `client`: whose agent's phone this page is; null for all of them. */
export function PhonePage({ client }: { client: string | null }) {
  const [language, chooseLanguage] = useLanguageSwitch(titleOf)
  const words = language.phone
  const actions = usePhones()
  const { world, connected } = actions
  const [owner, setOwner] = useState(client ?? '')
  const [chosen, setChosen] = useState<string | null>(null)
  const [hotline, setHotline] = useState('')

  const phones = actions.phones.filter(
    ({ kind, number }) => kind === 'caller' || owner === '' || number === `client:${owner}`,
  )
  const phone = phones.find(({ id }) => id === chosen) ?? phones.findLast(({ state }) => state !== 'ended') ?? null
  const ringing = phones.find(isRinging)
  const speech = useSpeech(phone)
  // The first hotline is chosen as soon as it is known.
  useEffect(() => {
    const first = world?.hotlines.find(({ brand }) => brand === FIRST) ?? world?.hotlines[0]
    if (hotline === '' && first) setHotline(first.number)
  }, [world])

  const live = phone?.kind === 'caller' && phone.state !== 'ended' ? phone : null
  const brand = live?.brand ?? world?.hotlines.find(({ number }) => number === hotline)?.brand ?? null
  const call = async (to: string, from: string | null) => setChosen(await actions.call(to, from))
  const keyAs = useKeyAs(actions.keys)
  const redial = (ended: ShownPhone) => void call(ended.with, ended.number)
  const newCall = world && <NewCall world={world} hotline={hotline} setHotline={setHotline} call={call} />
  const parts = { phones, chosen: phone?.id ?? null, choose: setChosen, actions }

  return (
    <LanguageProvider value={language}>
      <div class="phone-page">
        <PhoneTop language={language} chooseLanguage={chooseLanguage} phones={actions} ringing={ringing ?? null} />
        {world === null ? (
          <main class="phone-loading">
            <p role="status">{connected ? words.loading : words.noWorld}</p>
          </main>
        ) : (
          <main class={`phone-grid ${phone ? 'has-phone' : ''}`}>
            <LivePhones {...parts} world={world} />
            {phone && (
              <HandsetPanel
                key={phone.id}
                phone={phone}
                world={world}
                actions={actions}
                speech={speech}
                keyAs={keyAs}
                redial={() => redial(phone)}
                lay={() => setChosen(null)}
              />
            )}
            <div class="phone-side">
              {!live && newCall}
              <Customers
                // In a call those of its hotline; before one, all of them, those of the chosen hotline first.
                customers={
                  live
                    ? world.customers.filter((one) => one.brand === brand)
                    : [...world.customers].sort((a, b) => Number(b.brand === brand) - Number(a.brand === brand))
                }
                live={live}
                call={({ brand: name, phone: from }) => {
                  const to = world.hotlines.find((each) => each.brand === name)?.number
                  if (to === undefined) return
                  setHotline(to)
                  void call(to, from)
                }}
                keyAs={keyAs}
              />
              {live && newCall}
              <EndedPhones {...parts} world={world} redial={redial} />
              {(owner !== '' || actions.phones.some(({ kind }) => kind === 'agent')) && (
                <Owner clients={world.clients} owner={owner} choose={setOwner} />
              )}
            </div>
            <FlowPicture
              brand={brand}
              step={phone?.step ?? null}
              inCheck={phone?.inCheck ?? false}
              runs={phones.some(({ kind, state }) => kind === 'caller' && state !== 'ended')}
            />
          </main>
        )}
      </div>
    </LanguageProvider>
  )
}
