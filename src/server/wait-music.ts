/**
 * What waiting callers hear besides words. The file is fetched once before it is played to anybody: one that cannot be played
 * throws callers out of the queue, and one that lasts longer than its limit keeps them from asking for their place.
 */
import type { Log } from '../seams/log.ts'

/** Callers who have not asked for their place for half a minute longer are taken for gone, should the network say so. */
const MOST_SECONDS = 120
/** Of a sound file that long in the least packed form that Twilio plays, with room. */
const MOST_BYTES = 30_000_000
const TIMEOUT_MS = 10_000
/** A file that could not be had may be there again. */
const AGAIN_MS = 300_000
/** A second of the least that telephones carry, G.711: for forms whose pace is not known. */
const LEAST_BYTES_A_SECOND = 8_000

export interface WaitMusic {
  /** Null: quiet. */
  url(): string | null
  close(): void
}

/** Fetches at once, and tells in the log why there is none; `url` is null as long as that is not over. */
export function createWaitMusic(
  address: string | null,
  { log, fetch: get = fetch }: { log: Pick<Log, 'warn'>; fetch?: typeof fetch },
): WaitMusic {
  let playable = false
  let timer: NodeJS.Timeout | null = null
  let isClosed = false

  async function look(url: string): Promise<void> {
    const fault = await faultOf(url, get)
    if (isClosed) return
    playable = fault === null
    if (fault === null) return
    log.warn({ reason: 'wait_music' }, `${fault} Callers wait in quiet until then; it is looked for every 5 minutes.`)
    timer = setTimeout(() => void look(url), AGAIN_MS).unref()
  }

  if (address !== null) void look(address)
  return {
    url: () => (playable ? address : null),
    close() {
      isClosed = true
      if (timer) clearTimeout(timer)
    },
  }
}

/** What is wrong with a piece of music, as a sentence that says what to do; null where nothing is. */
export async function faultOf(url: string, get: typeof fetch): Promise<string | null> {
  try {
    const response = await get(url, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    if (!response.ok)
      return `The music of WAIT_MUSIC_URL cannot be had (${response.status}); put it there, or correct the address.`
    const type = response.headers.get('content-type') ?? ''
    if (!type.startsWith('audio/'))
      return 'WAIT_MUSIC_URL leads to something that is no sound; its type must be audio/….'
    const bytes = await firstOf(response, MOST_BYTES)
    const seconds = bytes.length / (bytesASecond(bytes) ?? LEAST_BYTES_A_SECOND)
    if (bytes.length >= MOST_BYTES || seconds >= MOST_SECONDS)
      return `The music of WAIT_MUSIC_URL plays for ${MOST_SECONDS} seconds or more; cut it shorter.`
    return null
  } catch {
    return 'The music of WAIT_MUSIC_URL cannot be had from here; put it where this server and Twilio can fetch it.'
  }
}

/** No more than that is read of any file. */
async function firstOf({ body }: Response, most: number): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body ?? []) {
    parts.push(part)
    length += part.length
    if (length >= most) break
  }
  return Buffer.concat(parts)
}

/** Kilobits a second of MPEG 1 and 2, layer III, by their index. ISO/IEC 11172-3 2.4.2.3, ISO/IEC 13818-3 2.4.2.3 */
const RATES_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const RATES_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]

/** By the header of a WAV file or of the first frame of an MP3; null where it is neither. */
function bytesASecond(bytes: Buffer): number | null {
  if (bytes.length > 32 && bytes.toString('latin1', 0, 4) === 'RIFF') return bytes.readUInt32LE(28) || null
  // A tag before the sound tells its own length, in four times seven bits. https://id3.org/id3v2.4.0-structure
  const isTagged = bytes.length > 10 && bytes.toString('latin1', 0, 3) === 'ID3'
  const at = isTagged ? 10 + [6, 7, 8, 9].reduce((sum, place) => sum * 128 + ((bytes[place] ?? 0) & 0x7f), 0) : 0
  const [sync = 0, version = 0, rate = 0] = bytes.subarray(at, at + 3)
  if (sync !== 0xff || (version & 0xe6) !== 0xe2) return null
  const kilobits = ((version & 0x18) === 0x18 ? RATES_1 : RATES_2)[rate >> 4] ?? 0
  return kilobits === 0 ? null : (kilobits * 1000) / 8
}
