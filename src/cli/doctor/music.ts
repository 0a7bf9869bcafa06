import { defineCheck } from './check.ts'

/** `fault`: a sentence that says what to do; null: it can be played. Null where none is set. */
type Seen = { fault: string | null } | null

export const music = defineCheck({
  name: 'music',
  needs: ['WAIT_MUSIC_URL'],
  ofVoice: true,
  remedies: {
    none: { weight: 'note', remedy: null },
    not_played: {
      weight: 'warning',
      remedy: 'Callers wait in quiet until then. Try it: curl -sSI ADDRESS; a server looks every 5 minutes.',
    },
  },
  look: async ({ config }): Promise<Seen> => {
    if (config.waitMusicUrl === null) return null
    const { faultOf } = await import('../../server/wait-music.ts')
    return { fault: await faultOf(config.waitMusicUrl, fetch) }
  },
  judge(seen) {
    if (seen === null)
      return [{ code: 'none', says: 'WAIT_MUSIC_URL is not set: those who wait hear words and quiet.' }]
    if (seen.fault !== null) return [{ code: 'not_played', says: seen.fault }]
    return [{ good: 'The music of WAIT_MUSIC_URL can be played.' }]
  },
})
