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
      remedy: 'chmod 600 .env. Where somebody untrusted may have read it, make its secrets new, too.',
    },
  },
  look: ({ settings }) => settings,
  judge({ of, count, problems, misspelt, file }: Pick<Examined, 'of' | 'count' | 'problems' | 'misspelt' | 'file'>) {
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
    const start = of === 'portal' ? '`rufpass portal`' : 'a start'
    return [{ good: `${counted(count, 'setting')} of .env and the environment, and ${start} takes them.` }, ...all]
  },
})
