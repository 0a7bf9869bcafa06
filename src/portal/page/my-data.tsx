/** The whole page: who is logged in, what is theirs, or who could log in. */
import { useState } from 'preact/hooks'
import { type Language, LanguageProvider, useLanguageSwitch } from '../../page/language.ts'
import { LanguageSwitch } from '../../page/language-switch.tsx'
import { OwnAccount } from './account.tsx'
import { LogIn } from './log-in.tsx'
import { type Customer, logIn, type Portal, sentenceOf } from './portal.ts'

const titleOf = ({ myData }: Language): string => myData.title

interface LoggedIn {
  portal: Portal
  customer: Customer
}

export function MyData() {
  const [language, choose] = useLanguageSwitch(titleOf)
  const [who, enter] = useState<LoggedIn | null>(null)
  /** Why nobody is logged in, and who was. */
  const [over, end] = useState<{ why: string; customer: Customer | null }>({ why: '', customer: null })
  const words = language.myData
  const enterAs = async (customer: Customer): Promise<void> => {
    const answer = await logIn(customer.brand, customer.customerNumber)
    if (answer.ok) {
      end({ why: '', customer: null })
      enter({ portal: answer.data, customer })
    } else end({ why: sentenceOf(answer, words.refusals), customer })
  }
  const leave = (why: string): void => {
    if (why === '') void who?.portal.logOut()
    end({ why, customer: why === '' ? null : (who?.customer ?? null) })
    enter(null)
  }
  return (
    <LanguageProvider value={language}>
      <div class="my-data">
        <header class="my-data-top">
          <h1>{words.heading}</h1>
          <span class="muted">{words.example}</span>
          <LanguageSwitch language={language} choose={choose} />
        </header>
        {who === null ? (
          <LogIn over={over} enterAs={enterAs} />
        ) : (
          <OwnAccount portal={who.portal} customer={who.customer} leave={leave} />
        )}
      </div>
    </LanguageProvider>
  )
}
