/** Notes that are not saved yet. They outlive a reload and an ended session, and end with the tab. */
const PREFIX = 'rufpass.note.'

export function readDraft(assignment: string): string {
  try {
    return sessionStorage.getItem(PREFIX + assignment) ?? ''
  } catch {
    return ''
  }
}

export function writeDraft(assignment: string, note: string): void {
  try {
    if (note === '') sessionStorage.removeItem(PREFIX + assignment)
    else sessionStorage.setItem(PREFIX + assignment, note)
  } catch {
    // Storage is forbidden: the note lives as long as the page.
  }
}

/** `except`: the assignment whose draft stays; null forgets all, for the next who sits here. */
export function forgetDrafts(except: string | null): void {
  try {
    for (const key of Object.keys(sessionStorage))
      if (key.startsWith(PREFIX) && key !== PREFIX + except) sessionStorage.removeItem(key)
  } catch {
    // Nothing could be kept either.
  }
}
