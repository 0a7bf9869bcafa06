/** Names that are close to a setting and are none. */
import { describe, expect, it } from '@jest/globals'
import { ConfigError, readConfig } from '../../src/config/config.ts'
import { distanceOf, misspelt } from '../../src/config/misspelt.ts'
import { settings } from '../../src/config/settings.ts'

describe('a misspelt setting', () => {
  it.each([
    ['TWILIO_AUTHTOKEN', 'TWILIO_AUTH_TOKEN'],
    ['TWILIO_AUTH_TOKENS', 'TWILIO_AUTH_TOKEN'],
    ['PUBLIC_BASEURL', 'PUBLIC_BASE_URL'],
    ['DATABSAE_URL', 'DATABASE_URL'],
    ['database_url', 'DATABASE_URL'],
    ['PRODUCTION', null],
    ['PIN_KEY', 'PIN_KEYS'],
    ['PROT', 'PORT'],
    ['SUBJECTKEY_FILE', 'SUBJECT_KEY_FILE'],
  ])('is named: %s is %s', (name, meant) => {
    expect(misspelt([name])).toEqual(meant === null ? [] : [{ name, meant }])
  })

  it('is none of ours, nor what surroundings usually have', () => {
    const usual = [
      'PATH',
      'HOME',
      'HOSTNAME',
      'PWD',
      'TERM',
      'LANG',
      'USER',
      'SHELL',
      'TZ',
      'CI',
      'NODE_OPTIONS',
      'NODE_PATH',
    ]
    // What Kubernetes puts there for a service called `redis`.
    const linked = ['REDIS_PORT', 'REDIS_SERVICE_HOST', 'REDIS_PORT_6379_TCP']
    expect(misspelt([...Object.keys(settings.shape), ...usual, ...linked])).toEqual([])
  })

  it('of .env is what begins as ours do as well, but for what others read there', () => {
    expect(
      misspelt([], ['TWILIO_API_KEY_SECRET', 'POSTGRES_PASSWORD', 'REDIS_PASSWORD', 'EDITOR', 'NODE_ENV']),
    ).toEqual([{ name: 'TWILIO_API_KEY_SECRET', meant: null }])
  })

  it('is told beside what a start refuses, for it may be the reason', () => {
    const refused = (): unknown =>
      readConfig({ DATABASE_URL: 'postgres://db/rufpass', PIN_KEY: 'hush', SUBJECT_KEYS: 'x' })
    expect(refused).toThrow(ConfigError)
    expect(refused).toThrow('PIN_KEY is set, and no setting is called that: PIN_KEYS is meant, perhaps.')
    expect(refused).toThrow('SUBJECT_KEYS is set')
    expect(refused).not.toThrow('hush')
  })
})

it('letters are wrong, missing, too many or changed with their neighbour', () => {
  expect(distanceOf('PORT', 'PORT')).toBe(0)
  expect([distanceOf('POST', 'PORT'), distanceOf('PRT', 'PORT'), distanceOf('PPORT', 'PORT')]).toEqual([1, 1, 1])
  expect([distanceOf('PROT', 'PORT'), distanceOf('', 'PORT'), distanceOf('HOME', 'HOST')]).toEqual([1, 4, 2])
})
