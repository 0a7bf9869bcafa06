/**
 * What the page "Meine Daten" is shown: what the portal API answers, and what the portal of a try-out says of those it logs in. Types alone,
 * for it is read in browsers too.
 */
import type { z } from 'zod'
import type { callCode } from '../context/account-acts.ts'
import type { erasureTaken, logIns, ownData, portalState, shownPin } from './forms.ts'

export type PortalState = z.infer<typeof portalState>
/** A new one, or one that was looked up. */
export type ShownPin = z.infer<typeof shownPin>
export type CallCode = z.infer<typeof callCode>
export type LogIns = z.infer<typeof logIns>['calls']
export type OwnDataShown = z.infer<typeof ownData>
export type ErasureTaken = z.infer<typeof erasureTaken>

/** A brand as its portal knows it. */
export interface PortalBrand {
  name: string
  /** As people know it. */
  title: string
  /** E.164: where it is called. */
  number: string
  /** What it calls the PIN, by language. */
  pin: Record<string, string>
  /** Pressed in the call's first menu before a call code is asked for; null: nothing that needs one. */
  press: string | null
}

/** A customer of the demo, to be logged in as. */
export interface PortalDemoCustomer {
  brand: string
  customerNumber: string
  name: string
  /** The oddest thing about them. */
  shows: string
}

export interface PortalCast {
  brands: PortalBrand[]
  customers: PortalDemoCustomer[]
}
