/** What callers are told for the time being. */

/** Which callers a notice is for: all of a brand (`topic` null), or those with one of its topics. */
export interface NoticePlace {
  brand: string
  topic: string | null
}

export interface Notice extends NoticePlace {
  /** By language. */
  texts: Record<string, string>
  /** When it ends by itself, ISO 8601; null: when it is cleared. */
  until: string | null
  /** When it was set, ISO 8601. */
  since: string
}

/** What calls ask of them. */
export interface Notices {
  /** All that hold at that moment. */
  current(at: Date): Promise<Notice[]>
}

/** `actor`: who did it, for the history that is kept. */
export interface NoticeStore extends Notices {
  /** Replaces the one for the same callers. */
  set(notice: Omit<Notice, 'since'>, actor: string, at: Date): Promise<void>
  clear(place: NoticePlace, actor: string, at: Date): Promise<void>
}
