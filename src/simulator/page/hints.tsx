import { useLanguage } from '../../page/language.ts'
import type { PhoneBook } from '../view.ts'

/** What to key: numbers and PINs of the chosen hotline's invented customers. */
export function Hints({ customers }: { customers: PhoneBook['customers'] }) {
  const words = useLanguage().phone
  if (customers.length === 0) return null
  return (
    <details class="panel hints" open>
      <summary>{words.hints}</summary>
      <p class="muted">{words.hintsNote}</p>
      <ul>
        {customers.map(({ customerNumber, name, pin }) => (
          <li key={customerNumber}>
            <span>{name}</span>
            <span class="figures">
              <span class="unseen">{words.customerNumber} </span>
              {customerNumber}
            </span>
            <span class="figures">{pin === null ? words.noPin : `${words.pin} ${pin}`}</span>
          </li>
        ))}
      </ul>
    </details>
  )
}
