/** In the place of a portal's own log-in: the customers of the demo, each a click. */
import { useEffect, useState } from 'preact/hooks'
import type { ApiRefusal } from '../../page/api.ts'
import { useLanguage } from '../../page/language.ts'
import type { PortalCast } from '../view.ts'
import { type Customer, readCast, sentenceOf } from './portal.ts'
import { Refused, useFocusAtFirst } from './told.tsx'

export interface LogInParts {
  /** Why nobody is logged in any more, and who was. */
  over: { why: string; customer: Customer | null }
  enterAs(customer: Customer): Promise<void>
}

export function LogIn({ over, enterAs }: LogInParts) {
  const { myData: words, phone } = useLanguage()
  const [cast, setCast] = useState<PortalCast | null>(null)
  const [refusal, setRefusal] = useState<ApiRefusal | null>(null)
  const heading = useFocusAtFirst<HTMLHeadingElement>(over.why !== '')
  const read = async (): Promise<void> => {
    const answer = await readCast()
    setRefusal(answer.ok ? null : answer)
    if (answer.ok) setCast(answer.data)
  }
  useEffect(() => void read(), [])
  const shows: Record<string, string> = phone.shows
  const { customer } = over
  return (
    <main class="log-in">
      <h2 ref={heading} tabIndex={-1}>
        {words.logInTitle}
      </h2>
      <div class="outcome" role="status">
        {over.why !== '' && <Refused>{over.why}</Refused>}
      </div>
      {customer && (
        <button type="button" class="main" onClick={() => void enterAs(customer)}>
          {words.logInAgain(customer.name)}
        </button>
      )}
      <p class="muted">{words.logInHint}</p>
      {refusal && (
        <div class="actions" role="alert">
          <Refused>{sentenceOf(refusal, words.refusals)}</Refused>
          <button type="button" onClick={() => void read()}>
            {words.again}
          </button>
        </div>
      )}
      {cast === null && refusal === null && <p role="status">{words.loading}</p>}
      {cast?.customers.length === 0 && <p>{words.nobody}</p>}
      <div class="brands">
        {cast?.brands.map((brand) => {
          const customers = cast.customers.filter((one) => one.brand === brand.name)
          return (
            customers.length > 0 && (
              <section key={brand.name} class="panel" aria-labelledby={`brand-${brand.name}`}>
                <h3 id={`brand-${brand.name}`}>{brand.title}</h3>
                <ul>
                  {customers.map((one) => (
                    <li key={one.customerNumber}>
                      <button type="button" class="plain" onClick={() => void enterAs({ ...one, at: brand })}>
                        <strong>{one.name}</strong>
                        <span class="muted figures">{one.customerNumber}</span>
                        {one.shows !== 'verified' && <span class="odd">{shows[one.shows] ?? ''}</span>}
                      </button>
                    </li>
                  ))}
                </ul>
              </section>
            )
          )
        })}
      </div>
    </main>
  )
}
