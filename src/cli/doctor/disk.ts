import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { defineCheck } from './check.ts'

interface DiskSeen {
  /** The folder, or the nearest one above it that is there. */
  place: string
  freeBytes: number
  /** Files that can still be made; null where the file system does not count them. */
  freeFiles: number | null
  canWrite: boolean
  /** Whether a store is written there by this server; else this is only where it runs. */
  isStore: boolean
}

/** An embedded store writes a new segment of its log, 16 MB, before it can give an old one back. https://www.postgresql.org/docs/current/wal-configuration.html */
const FULL_BYTES = 100 * 1024 ** 2
const SCARCE_BYTES = 1024 ** 3

export const disk = defineCheck({
  name: 'disk',
  needs: ['DATABASE_URL'],
  remedies: {
    not_writable: {
      weight: 'fault',
      remedy: 'Start as the user who owns it (ls -ld), or give it to the user who starts: chown -R USER FOLDER.',
    },
    full: {
      weight: 'fault',
      remedy:
        'Free some now: a store that cannot write verifies nobody. What is large: du -xhd1 / | sort -h; files that are many: df -i.',
    },
    scarce: { weight: 'warning', remedy: 'Free some before it is full. What is large: du -xhd1 / | sort -h.' },
  },
  look: ({ config }): DiskSeen => {
    const isStore = config.database.kind === 'directory'
    const place = nearest(config.database.kind === 'directory' ? config.database.path : process.cwd())
    const { bavail, bsize, files, ffree } = statfsSync(place)
    return {
      place,
      freeBytes: bavail * bsize,
      freeFiles: files === 0 ? null : ffree,
      canWrite: mayWrite(place),
      isStore,
    }
  },
  judge({ place, freeBytes, freeFiles, canWrite, isStore }) {
    if (isStore && !canWrite) return [{ code: 'not_writable', says: `This user may not write in ${place}.` }]
    const free = `${gigabytes(freeBytes)} GB are free at ${place}`
    if (freeFiles === 0) return [{ code: 'full', says: `${free}, but no file can be made there any more.` }]
    if (isStore && freeBytes < FULL_BYTES) return [{ code: 'full', says: `${free}.` }]
    if (freeBytes < SCARCE_BYTES) return [{ code: 'scarce', says: `${free}.` }]
    return [{ good: isStore ? `${free}.` : `${free}; the store has a disk of its own, which is not seen from here.` }]
  },
})

function nearest(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path))
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function gigabytes(bytes: number): string {
  return (bytes / 1024 ** 3).toLocaleString('en', { maximumFractionDigits: 1 })
}
