import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { packageRoot } from '../config/package-root.ts'

/** npm could not pack this package. The message says what to do. */
class NotPacked extends Error {
  override readonly name = 'NotPacked'
}

/**
 * Packs this very package into `folder`, as it would be published: a project can depend on that file although no registry
 * has it.
 * @returns the path of the file, `rufpass-<version>.tgz`.
 */
export function packSelf(folder: string): string {
  // Our own scripts would build, and what is installed cannot be built.
  const args = ['pack', packageRoot(), '--ignore-scripts', '--json', '--pack-destination', folder]
  const { status, stdout, stderr, error } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' })
  if (error || status !== 0) {
    throw new NotPacked(`npm is needed to pack Rufpass for the new folder, and it failed:\n${error?.message ?? stderr}`)
  }
  const [packed] = JSON.parse(stdout) as { filename: string }[]
  if (!packed) throw new NotPacked('npm packed nothing. Install Rufpass again.')
  return join(folder, packed.filename)
}
