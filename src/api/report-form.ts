/** What is answered to a report, by the API and to commands. */
import { z } from 'zod'

export const reportAnswer = z
  .strictObject({
    brand: z.string(),
    ticket: z.string().meta({ description: 'The number of the ticket of this matter.' }),
    reported_at: z.iso
      .datetime()
      .meta({ description: 'The first report of the matter, UTC: its waiting time counts from it.' }),
    attached: z
      .boolean()
      .meta({ description: 'Whether it joined a ticket that was open. That changes nothing for the waiting time.' }),
    before: z.boolean().meta({ description: 'Whether this very report had come before; then nothing was done.' }),
    sentences: z
      .record(z.string(), z.string())
      .meta({ description: 'What to tell those who reported it, by language of the brand.' }),
  })
  .meta({ id: 'ReportAnswer' })
