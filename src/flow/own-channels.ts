/** The ways besides the telephone by which a brand and its customers reach each other: the forms of `messages` and `portal` in its file. PURE. */
import { z } from 'zod'

export const messages = z
  .strictObject({
    email: z
      .string()
      .regex(/^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}$/, 'it is one e-mail address, without a name beside it')
      .optional()
      .describe('The address that e-mail to customers comes from. Without it none is sent.'),
    sms: z
      .string()
      .regex(
        /^(\+[1-9]\d{6,14}|MG[0-9a-f]{32}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/,
        'a text message comes from a number "+49…", a name of 1 to 11 letters and digits, or a messaging service MG…',
      )
      .optional()
      .describe(
        'The number, name or messaging service of Twilio that text messages to customers come from. Without it none is sent.',
      ),
  })
  .describe(
    'Who customers are told by, without asking, of what happens to their PIN. Without it they are told nothing, and that is written down.',
  )

export const portal = z
  .strictObject({
    acr: z
      .array(z.string().min(1).max(200))
      .min(1)
      .max(10)
      .describe('What `acr` of a token says where the log-in was strong enough; any of these.'),
    look_up: z
      .array(z.string().min(1).max(200))
      .min(1)
      .max(10)
      .optional()
      .describe(
        'What `acr` of a token says where the log-in had a second factor with which customers may look their PIN up; any of these. Without it no PIN can be looked up, and no copy of one is kept.',
      ),
  })
  .describe(
    "Customers of this brand may see and change what is theirs through the operator's own portal, where the server is set up for it. Without it they cannot.",
  )
