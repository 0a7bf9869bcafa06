/** Where nothing is reported by another channel: for tests of other routes of the API. */
import type { VerifyDoor } from '../../src/api/verify.ts'
import type { ReportParts } from '../../src/turn/reports.ts'

export const noReports: ReportParts = {
  reports: { report: () => Promise.reject(new Error('not asked for here')) },
  hotlines: [],
}

/** The same of secrets that are told to other channels. */
export const noVerification: VerifyDoor['verify'] = () => Promise.reject(new Error('not asked for here'))
