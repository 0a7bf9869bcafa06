/** PINs that customers choose while they order, before there is a portal (R10). */
import type { CredentialKind } from '../auth/credentials.ts'
import type { Secret } from '../auth/secret.ts'
import type { CustomerPlace } from './account-book.ts'
import type { Choice, NotChosen } from './pin-choice.ts'

export type Ordered =
  | Exclude<Choice, { refused: NotChosen }>
  | { refused: Exclude<NotChosen, 'no_account'> | 'has_one' }

export interface OrderPins {
  /** As `PinChoice.order`, by the customer number. Null: there is no such customer, or the account is over. Throws where it cannot be hashed in time. */
  set(
    place: CustomerPlace,
    kind: CredentialKind,
    secret: Secret,
    at: { actor: string; now: Date },
  ): Promise<Ordered | null>
}
