/**
 * `rufpass doctor`: one file a check, and each a row: its name, how it looks (asks and reads, and changes nothing), how what was seen
 * is judged (pure: no clock, no I/O), and the remedy of each thing that can be wrong. `checks.ts` has them in order.
 */
import { errorsForPeople } from '../../log/failure.ts'
import type { Patient } from './patient.ts'

/** From the best to the worst. A note is to be known and needs nothing done. */
export const weights = ['good', 'note', 'warning', 'fault'] as const
export type Weight = (typeof weights)[number]

/** What a thing that was found weighs, and what to do about it; null: nothing. */
export interface Remedy {
  weight: Exclude<Weight, 'good'>
  remedy: string | null
}

/** What a judgement comes to: all is well, or something by the code of its remedy. `says` is a sentence and repeats no secret. */
export type Judged<Code extends string> = { good: string } | { code: Code; says: string }

export interface Row<Seen, Code extends string> {
  /** One word, as it is printed. */
  name: string
  /** Settings without which there is nothing to look at: where one of them is broken the check is left out. */
  needs: readonly string[]
  /** In the folder of `rufpass portal` it is left out: that process has nothing of it. */
  ofVoice?: true
  remedies: Readonly<Record<Code, Remedy>>
  look(patient: Patient): Promise<Seen> | Seen
  judge(seen: Seen): readonly Judged<Code>[]
}

/** A line of the report. */
export interface Diagnosis {
  check: string
  /** Stable, for programs; `good` where all is well. */
  code: string
  weight: Weight
  says: string
  remedy: string | null
}

export interface Check {
  name: string
  /** Never rejects: a check that fails is a finding too. */
  examine(patient: Patient): Promise<Diagnosis[]>
}

export function defineCheck<Seen, Code extends string>(row: Row<Seen, Code>): Row<Seen, Code> & Check {
  const { name, needs, ofVoice, remedies, look, judge } = row
  return {
    ...row,
    async examine(patient) {
      if (ofVoice && patient.settings.of === 'portal') return []
      const broken = needs.filter((each) => patient.broken.has(each))
      if (broken.length > 0) return [leftOut(name, broken)]
      try {
        return judge(await look(patient)).map((judged) => diagnosisOf(name, remedies, judged))
      } catch (error) {
        return [unexpected(name, error)]
      }
    },
  }
}

function diagnosisOf<Code extends string>(
  check: string,
  remedies: Record<Code, Remedy>,
  judged: Judged<Code>,
): Diagnosis {
  if ('good' in judged) return { check, code: 'good', weight: 'good', says: judged.good, remedy: null }
  return { check, code: judged.code, says: judged.says, ...remedies[judged.code] }
}

/** That a setting cannot be used is a fault of the settings, and counts once. */
function leftOut(check: string, broken: readonly string[]): Diagnosis {
  const cannot = broken.length === 1 ? broken[0] : 'what it needs of the settings'
  return { check, code: 'left_out', weight: 'note', says: `Not looked at: ${cannot} cannot be used.`, remedy: null }
}

/** Messages that were not written to be read may quote what they were given, so of others there is the kind alone. */
function unexpected(check: string, error: unknown): Diagnosis {
  const { name, message, code } = (error ?? {}) as { name?: unknown; message?: unknown; code?: unknown }
  const kind = [name, code].filter((each) => each !== undefined).join(' ')
  return {
    check,
    code: 'failed',
    weight: 'fault',
    says: errorsForPeople.has(String(name))
      ? String(message)
      : `The check itself failed (${kind || 'reason unknown'}).`,
    remedy:
      'Mend what is named above, and ask again. Where nothing explains it, report it with this line: it may be a mistake of Rufpass.',
  }
}

/** The worst of them; all is well where there is none. */
export function worstOf(findings: readonly Pick<Diagnosis, 'weight'>[]): Weight {
  return weights[Math.max(0, ...findings.map(({ weight }) => weights.indexOf(weight)))] ?? 'good'
}
