/** The two files of an issue of PINs: sealed letters for the printer, and beside it who gets which, without PINs. */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import type { Kysely } from 'kysely'
import { handedOver, lettersFor, takeBackDead } from '../store/letters/hand-over.ts'
import { PinError } from '../store/letters/pin-error.ts'
import type { Schema } from '../store/schema.ts'

interface Names {
  letters: string
  proof: string
}

export interface LetterFiles {
  /** Writes all letters that wait for this printer, whole or not at all, and only then counts them as handed over. @returns how many. */
  write(db: Kysely<Schema>, whose: { brand: string; printer: string }): Promise<number>
  /** Nothing is to be written. */
  drop(): void
}

/** @throws where one of the files is there: of an earlier issue. */
export function writeLetters({ letters, proof }: Names): LetterFiles {
  for (const file of [letters, proof])
    if (existsSync(file)) throw new PinError(`There is a file '${file}'; name a new one.`)
  // Both can be written: that is known before the first PIN is made. What a killed run left behind is of no use.
  const parts = [letters, proof].map((file) => {
    const part = `${file}.part`
    rmSync(part, { force: true })
    return { file, part, to: openSync(part, 'wx', 0o600) }
  })
  const drop = (): void => {
    for (const { part, to } of parts) {
      closeSync(to)
      rmSync(part)
    }
  }
  return {
    drop,
    async write(db, whose) {
      const ids: string[] = []
      try {
        put(parts[1], 'letter,brand,customer_number,issued\n')
        await takeBackDead(db, whose)
        for await (const batch of lettersFor(db, whose)) {
          for (const { id, customerNumber, issued, sealed } of batch) {
            put(parts[0], `${JSON.stringify({ letter: id, sealed })}\n`)
            put(parts[1], `${id},${whose.brand},${customerNumber},${issued.toISOString()}\n`)
            ids.push(id)
          }
        }
        for (const { to } of parts) fsyncSync(to)
      } catch (error) {
        drop()
        throw error
      }
      for (const { file, part, to } of parts) {
        closeSync(to)
        renameSync(part, file)
      }
      await handedOver(db, ids)
      return ids.length
    },
  }
}

function put(part: { to: number } | undefined, text: string): void {
  if (part) writeSync(part.to, text)
}
