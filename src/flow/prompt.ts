import { z } from 'zod'

/**
 * An address that every machine on its way reads alike: blanks and umlauts in percent form (RFC 3986). Over https, or
 * somebody between Twilio and the file could say something else to callers.
 */
const SOUND_FILE = /^https:\/\/[\w.~:%@!$&'()*+,;=[\]-]+\/[\w.~:%@!$&'()*+,;=[\]/?#-]*$/
/** Far more than any address needs; a document of a few of them stays below Twilio's 64 kB. */
const LONGEST_ADDRESS = 2000

/**
 * A prompt: its text, or its text with a recording of it. `says` repeats what is said on the recording, so that a text
 * that was changed since is noticed; it is compared with the text as callers would hear it, the brand's words filled in.
 */
export const promptSchema = z.union([
  z.string().min(1).describe('The text, spoken by the voice of the brand.'),
  z
    .strictObject({
      text: z.string().min(1).describe('The text. Without words in braces that change from call to call.'),
      recording: z
        .string()
        .max(LONGEST_ADDRESS, `an address has at most ${LONGEST_ADDRESS} characters; write a shorter one`)
        .regex(SOUND_FILE, 'write the address of a sound file, "https://…", blanks and umlauts in it in percent form')
        .describe(
          'Address of a sound file that is played instead of the voice; Twilio fetches and keeps it. A prompt that stands within others, as a key or the label of a topic does, is spoken with them all the same.',
        ),
      says: z.string().min(1).describe('What is said on the recording, word for word.'),
    })
    .describe('A text with a recording of it.'),
])
export type Prompt = z.infer<typeof promptSchema>

const promptName = z.string().regex(/^[a-z][a-z0-9_.]*$/, 'a prompt is named by small letters, digits, dots and _')

export const catalogueSchema = z
  .record(promptName, promptSchema)
  .describe('Prompts of Rufpass by key: ICU messages in one language, for one form of address.')
