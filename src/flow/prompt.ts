import { z } from 'zod'

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
        .regex(/^https?:\/\/[^\s/]+\/\S*$/, 'a recording is the address of a sound file, "https://…"')
        .describe('Address of a sound file that is played instead of the voice; Twilio fetches and keeps it.'),
      says: z.string().min(1).describe('What is said on the recording, word for word.'),
    })
    .describe('A text with a recording of it.'),
])
export type Prompt = z.infer<typeof promptSchema>

const promptName = z.string().regex(/^[a-z][a-z0-9_.]*$/, 'a prompt is named by small letters, digits, dots and _')

export const catalogueSchema = z
  .record(promptName, promptSchema)
  .describe('Prompts of Rufpass by key: ICU messages in one language, for one form of address.')
