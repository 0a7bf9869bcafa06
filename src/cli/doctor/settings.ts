import type { Examined } from '../../config/examine.ts'
import { spoken } from '../../config/misspelt.ts'
import { counted } from '../counted.ts'
import { defineCheck } from './check.ts'

/** What others of this machine may do with a file. */
const OF_OTHERS = 0o077

export const settings = defineCheck({
  name: 'settings',
  needs: [],
  remedies: {
    refused: { weight: 'fault', remedy: 'Correct it in .env or the environment; .env.example says what each may be.' },
    misspelt: { weight: 'warning', remedy: 'Correct the name, or take the line out: its value counts for nothing.' },
    open_file: {
      weight: 'warning',
      remedy: 'If nobody untrusted has read it: chmod 600 .env. Else make its secrets new.',
    },
  },
  look: ({ settings }) => settings,
  judge({ count, problems, misspelt, file }: Pick<Examined, 'count' | 'problems' | 'misspelt' | 'file'>) {
    const wrong = problems.map((says) => ({ code: 'refused' as const, says }))
    const strange = misspelt.map((each) => ({ code: 'misspelt' as const, says: spoken(each) }))
    const isOpen = file?.hasSecrets && (file.mode & OF_OTHERS) !== 0
    const open = isOpen
      ? [
          {
            code: 'open_file' as const,
            says: `${file.path} has secrets in it and others may use it (mode ${file.mode.toString(8)}).`,
          },
        ]
      : []
    const all = [...wrong, ...strange, ...open]
    if (wrong.length > 0) return all
    return [{ good: `${counted(count, 'setting')} of .env and the environment, and a start takes them.` }, ...all]
  },
})
