import { describe, expect, it } from '@jest/globals'
import { createWaitMusic, faultOf } from '../../src/server/wait-music.ts'

const URL = 'https://sounds.example.com/wait'

/** A WAV file of so many seconds, 8000 bytes each. */
function wav(seconds: number): Buffer {
  const header = Buffer.alloc(44)
  header.write('RIFF')
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(8000, 28)
  return Buffer.concat([header, Buffer.alloc(seconds * 8000 - 44)])
}

/** MPEG 1, layer III, 128 kbit/s, behind a tag. */
function mp3(seconds: number): Buffer {
  const tag = Buffer.concat([Buffer.from('ID3\x04\0\0', 'latin1'), Buffer.from([0, 0, 1, 0]), Buffer.alloc(128)])
  return Buffer.concat([tag, Buffer.from([0xff, 0xfb, 0x90, 0]), Buffer.alloc(seconds * 16_000)])
}

const giving = (body: Buffer, { type = 'audio/wav', status = 200 } = {}): typeof fetch =>
  (async () => new Response(new Uint8Array(body), { status, headers: { 'content-type': type } })) as typeof fetch

describe('the music of those who wait', () => {
  it.each([
    ['a WAV file', wav(60), {}],
    ['an MP3 file', mp3(119), { type: 'audio/mpeg' }],
    ['another sound that is small enough', Buffer.alloc(100_000), { type: 'audio/basic' }],
  ])('is played: %s', async (_what, body, more) => {
    expect(await faultOf(URL, giving(body, more))).toBeNull()
  })

  it.each([
    ['too long, as WAV', wav(121), {}, /120 seconds or more/],
    ['too long, as MP3', mp3(125), { type: 'audio/mpeg' }, /120 seconds or more/],
    ['no sound', Buffer.from('<html>'), { type: 'text/html' }, /no sound/],
    ['not there', Buffer.alloc(0), { status: 404 }, /cannot be had \(404\)/],
  ])('is not: %s', async (_what, body, more, says) => {
    expect(await faultOf(URL, giving(body, more))).toMatch(says)
  })

  it('is none where nobody answers', async () => {
    expect(await faultOf(URL, () => Promise.reject(new Error('no network')))).toMatch(/cannot be had from here/)
  })

  it('is quiet until the file was fetched, and stays so where it cannot be', async () => {
    const warned: string[] = []
    const log = { warn: (_fields: unknown, message: string) => void warned.push(message) } as never
    const music = createWaitMusic(URL, { log, fetch: giving(wav(60)) })
    expect(music.url()).toBeNull()
    while (music.url() === null) await new Promise((resolve) => setImmediate(resolve))
    expect(music.url()).toBe(URL)
    music.close()
    const broken = createWaitMusic(URL, { log, fetch: giving(wav(300)) })
    while (warned.length === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(broken.url()).toBeNull()
    expect(warned[0]).toMatch(/Callers wait in quiet/)
    broken.close()
    expect(createWaitMusic(null, { log }).url()).toBeNull()
  })
})
