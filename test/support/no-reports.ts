/** Where nothing is reported by another channel: for tests of other routes of the API. */
import type { ReportParts } from '../../src/turn/reports.ts'

export const noReports: ReportParts = {
  reports: { report: () => Promise.reject(new Error('not asked for here')) },
  hotlines: [],
}
