/** The whole page: the phones, the one in the hand, and where its call is in the flow. */
import { useEffect, useState } from 'preact/hooks'
import { Icon } from '../../page/icon.tsx'
import { type Language, LanguageProvider, useLanguageSwitch } from '../../page/language.ts'
import { LanguageSwitch } from '../../page/language-switch.tsx'
import { FlowPicture } from './flow-picture.tsx'
import { HandsetPanel } from './handset.tsx'
import { Hints } from './hints.tsx'
import { NewCall } from './new-call.tsx'
import { PhoneList } from './phone-list.tsx'
import { usePhones } from './use-phones.ts'
import { useSpeech } from './use-speech.ts'

const titleOf = ({ phone }: Language): string => phone.title

/** `client`: whose agent's phone this page is; null for all of them. */
export function PhonePage({ client }: { client: string | null }) {
  const [language, choose] = useLanguageSwitch(titleOf)
  const words = language.phone
  const actions = usePhones()
  const { world, connected, failed } = actions
  const [owner, setOwner] = useState(client ?? '')
  const [chosen, setChosen] = useState<string | null>(null)
  const [hotline, setHotline] = useState('')

  const phones = actions.phones.filter(
    ({ kind, number }) => kind === 'caller' || owner === '' || number === `client:${owner}`,
  )
  const phone = phones.find(({ id }) => id === chosen) ?? phones.at(-1) ?? null
  const ringing = phones.find(({ kind, state }) => kind === 'agent' && state === 'ringing')
  const speech = useSpeech(phone)
  // The first hotline is chosen as soon as it is known.
  useEffect(() => {
    if (hotline === '' && world?.hotlines[0]) setHotline(world.hotlines[0].number)
  }, [world])
  // What a call under way needs goes before what the next one would.
  const called = phone?.kind === 'caller' && phone.state !== 'ended' ? phone.brand : null
  const brand = called ?? world?.hotlines.find(({ number }) => number === hotline)?.brand ?? null

  return (
    <LanguageProvider value={language}>
      <div class="phone-page">
        <header class="phone-top">
          <h1>
            <Icon name="phone" /> {words.phone}
          </h1>
          <span class="muted">{words.standIn}</span>
          <LanguageSwitch language={language} choose={choose} />
          <div class="phone-status" role="status">
            {!connected && (
              <p class="notice tone-bad">
                <Icon name="lost" />
                {words.lost}
              </p>
            )}
            {failed && <p class="notice tone-bad">{words.failed}</p>}
          </div>
          <p class="unseen" aria-live="assertive">
            {ringing ? words.ringsFor(ringing.number?.replace('client:', '') ?? '') : ''}
          </p>
        </header>
        {world === null ? (
          <main class="phone-loading">
            <p role="status">{connected ? words.loading : words.noWorld}</p>
          </main>
        ) : (
          <main class="phone-grid">
            <div class="phone-side">
              <NewCall
                world={world}
                hotline={hotline}
                setHotline={setHotline}
                call={async (to, from) => setChosen(await actions.call(to, from))}
              />
              <PhoneList
                phones={phones}
                world={world}
                chosen={phone?.id ?? null}
                choose={setChosen}
                owner={owner}
                setOwner={setOwner}
                actions={actions}
              />
            </div>
            {phone ? (
              <HandsetPanel key={phone.id} phone={phone} world={world} actions={actions} speech={speech} />
            ) : (
              <section class="panel no-phone muted">
                <p>{words.none}</p>
              </section>
            )}
            <div class="phone-more">
              <Hints customers={world.customers.filter((customer) => customer.brand === brand)} />
              <FlowPicture brand={brand} step={phone?.step ?? null} inCheck={phone?.inCheck ?? false} />
            </div>
          </main>
        )}
      </div>
    </LanguageProvider>
  )
}
