/** What the desk says, in both languages. */
import type { Words } from '../../page/language.ts'
import { type DeskWords, de } from './words-de.ts'
import { en } from './words-en.ts'

export type { DeskWords }
export const deskWords: Words<DeskWords> = { de, en }
