/** One small flow for each thing that the proof can find in calls, spoiled at one place. */
import type { RuleCode } from '../../src/flow/files/finding.ts'
import type { Small } from '../flow/small.ts'
import { insert, SOUND, spoiled } from './proving.ts'

export interface Broken {
  what: string
  code: RuleCode
  small: Small
  /** Where the finding stands: a piece of the flow with a `^` at the place, or a place in the brand's file. */
  at: string | { file: 'small.yaml'; line: number; column: number }
  /** A telling part of the message, from what is wrong to what to do. */
  message: RegExp
  /** The same without the fault; the sound flow unless told. */
  sound?: Small
  /** Whether a call shows it. Default: yes. */
  call?: false
  /** Whether it is a warning although a call shows it: what happens then is no harm. */
  harmless?: true
}

const queues = { desk: '{ desk: { number: "+4930231259", needs: 2 } }' }
const desk = '  desk: { type: transfer, level: 0, to: desk, done: bye, failed: free }\n  free:'
const collect = (digits: string): string =>
  insert.beforeFree(
    `{ type: collect, prompt: note, field: note, digits: { ${digits} }, next: free, no_input: free, no_match: free }`,
  )
const startAgain = (whoHasUsedUpNumbers: string): string =>
  spoiled({
    '    refused: general\n    no_pin: general\n': '    refused: welcome\n    no_pin: general\n',
    '    identified: pin\n': `    identified: pin\n    refused: ${whoHasUsedUpNumbers}\n`,
  })
const sets = { topics: '[{ name: bill, press: "1", needs: 2, sets: pin }]' }
const fresh = (then: string): string =>
  `  fresh:
    type: set_pin
    prompt: new
    again: twice
    set: ${then}
    refused: ${then}
    unproved: ${then}
    unavailable: ${then}
    no_input: general
  free:`
const firstUse = { ...sets, pins: '{ first_use: true }' }
/** Nobody comes here but with such a code. */
const replacing = fresh('general').replace('    unproved: general\n', '')
const topic = (column: number) => ({ file: 'small.yaml' as const, line: 8, column })
const brandName = { file: 'small.yaml' as const, line: 1, column: 7 }

export const brokenFlows: readonly Broken[] = [
  {
    what: 'who has no PIN to hand is treated as if they had keyed it',
    code: 'level',
    small: { flow: spoiled({ 'refused: general\n    no_pin: general': 'refused: general\n    no_pin: verified' }) },
    at: 'no_pin: ^verified',
    message: /a keyed number alone comes to 'small.bill', .* a right secret.*'pin' leads by 'no_pin'.*; lead callers/,
  },
  {
    what: 'the PIN is never asked for',
    code: 'level',
    small: { flow: spoiled({ 'identified: pin': 'identified: verified' }) },
    at: 'identified: ^verified',
    message: /'small.bill', .* a right secret.*'number' leads by 'identified' to 'verified'; lead callers/,
  },
  {
    what: 'a step asks for less than the queue of its topic',
    code: 'level',
    small: { flow: spoiled({ 'verified: { type: enqueue, level: 2': 'verified: { type: enqueue, level: 0' }) },
    at: 'verified: { type: enqueue, level: ^0',
    message: /'verified' says level 0, but 'small.bill' asks for .*; correct the level here/,
  },
  {
    what: 'a number that needs the PIN is dialled without',
    code: 'level',
    small: { brand: { transfers: queues.desk }, flow: spoiled({ 'needs_0: free': 'needs_0: desk', '  free:': desk }) },
    at: 'needs_0: ^desk',
    message: /no proof comes to '\+4930231259', .* a right secret.*'needs' leads by 'needs_0' to 'desk'; lead callers/,
    sound: {
      brand: { transfers: queues.desk.replace('needs: 2', 'needs: 0') },
      flow: spoiled({ 'needs_0: free': 'needs_0: desk', '  free:': desk }),
    },
  },
  {
    what: 'a step says less than the number that it dials',
    code: 'level',
    small: {
      brand: { transfers: queues.desk },
      flow: spoiled({ '    verified: verified': '    verified: desk', '  free:': desk }),
    },
    at: 'desk: { type: transfer, level: ^0',
    message: /'desk' says level 0, but '\+4930231259' asks for a right secret.*; correct the level/,
  },
  {
    what: 'a new PIN is asked for before the one in force',
    code: 'change',
    small: { brand: sets, flow: spoiled({ 'identified: pin': 'identified: fresh', '  free:': fresh('pin') }) },
    at: 'identified: ^fresh',
    message:
      /a keyed number alone comes to 'fresh'.*'number' leads by 'identified' to 'fresh'; lead callers here only after/,
    sound: { brand: sets, flow: spoiled({ 'verified: verified': 'verified: fresh', '  free:': fresh('verified') }) },
  },
  {
    what: 'who has no PIN to hand sets a new one',
    code: 'change',
    small: {
      brand: sets,
      flow: spoiled({
        'refused: general\n    no_pin: general': 'refused: general\n    no_pin: fresh',
        '  free:': fresh('general'),
      }),
    },
    at: 'no_pin: ^fresh',
    message: /a keyed number alone comes to 'fresh'.*'pin' leads by 'no_pin' to 'fresh'; lead callers here only after/,
    sound: { brand: sets, flow: spoiled({ 'verified: verified': 'verified: fresh', '  free:': fresh('verified') }) },
  },
  {
    what: 'who has keyed a code for first use is treated as if it were a PIN',
    code: 'level',
    small: { brand: firstUse, flow: spoiled({ 'verified: verified': 'verified: verified\n    replace: verified' }) },
    at: 'replace: ^verified',
    message: /a keyed number alone comes to 'small.bill', .* a right secret.*'pin' leads by 'replace'.*; lead callers/,
    sound: {
      brand: firstUse,
      flow: spoiled({ 'verified: verified': 'verified: verified\n    replace: fresh', '  free:': replacing }),
    },
  },
  {
    what: 'who has set a PIN by a code for first use is treated as if they had keyed it',
    code: 'level',
    small: {
      brand: firstUse,
      flow: spoiled({
        'verified: verified': 'verified: verified\n    replace: fresh',
        '  free:': replacing.replace('set: general', 'set: verified'),
      }),
    },
    at: 'set: ^verified',
    message: /a keyed number alone comes to 'small.bill', .* a right secret.*'fresh' leads by 'set'.*; lead callers/,
    sound: {
      brand: firstUse,
      flow: spoiled({ 'verified: verified': 'verified: verified\n    replace: fresh', '  free:': replacing }),
    },
  },
  {
    what: 'a code for first use, and then a new PIN for another number',
    code: 'change',
    small: {
      brand: firstUse,
      flow: spoiled({
        'verified: verified': 'verified: verified\n    replace: other',
        '  free:': `  other: { type: identify, prompt: ask, identified: fresh, refused: general, no_pin: general, person: general, no_input: general, no_match: general, unavailable: general }\n${fresh('general')}`,
      }),
    },
    at: 'identified: ^fresh',
    message:
      /a keyed number alone comes to 'fresh'.*'other' leads by 'identified' to 'fresh'; lead callers here only after/,
    sound: {
      brand: firstUse,
      flow: spoiled({ 'verified: verified': 'verified: verified\n    replace: fresh', '  free:': replacing }),
    },
  },
  {
    what: 'a number is saved that may be a PIN',
    code: 'secret',
    small: { flow: collect('min: 4, max: 4') },
    at: 'mine: ^{ type: collect',
    message: /'mine' keeps an entry of 4 digits, as many as a secret of this brand.*; ask for another length/,
    sound: { flow: collect('min: 5, max: 5') },
  },
  {
    what: 'a number of any length is saved',
    code: 'secret',
    small: { flow: collect('min: 3, max: 5') },
    at: 'mine: ^{ type: collect',
    message: /'mine' keeps an entry of 4 digits.*; ask for another length/,
    sound: { flow: collect('min: 3, max: 3') },
  },
  {
    what: 'a number is saved that may be a PUK',
    code: 'secret',
    small: { brand: { credentials: '[pin, puk]' }, flow: collect('min: 5, max: 9') },
    at: 'mine: ^{ type: collect',
    message: /'mine' keeps an entry of 8 digits.*; ask for another length/,
    sound: { brand: { credentials: '[pin, puk]' }, flow: collect('min: 9, max: 9') },
  },
  {
    what: 'prompts run in a circle',
    code: 'loop',
    small: { flow: spoiled({ 'next: hours }': 'next: hi }\n  hi: { type: say, prompt: hi, next: welcome }' }) },
    at: 'next: ^welcome }',
    message: /round through 'welcome' without waiting for the caller; break this circle/,
  },
  {
    what: 'a notice leads to itself: every question begins the turn again',
    code: 'loop',
    small: { flow: spoiled({ 'next: hours }': 'next: news }\n  news: { type: notice, about: brand, next: news }' }) },
    at: 'about: brand, next: ^news',
    message: /round through 'news' without waiting for the caller; break this circle/,
  },
  {
    what: 'the menu comes again after nonsense, without end',
    code: 'loop',
    small: { flow: spoiled({ 'no_match: general }': 'no_match: menu }' }) },
    at: 'no_match: ^menu }',
    message: /can go round for ever, leaving 'menu' by 'no_match'; lead it on/,
  },
  {
    what: 'a queue that is full is tried again, without end',
    code: 'loop',
    small: {
      flow: spoiled({
        'level: 0, unserved: bye, queue: topic, done: bye, failed: bye':
          'level: 0, queue: topic, done: bye, failed: free',
      }),
    },
    at: 'failed: ^free',
    message: /can go round for ever, leaving 'free' by 'failed'; lead it on/,
  },
  {
    what: 'the call begins again when numbers and tries are used up, without end',
    code: 'loop',
    small: { flow: startAgain('welcome') },
    at: 'open: ^menu',
    message:
      /can go round for ever, leaving .*'number' by 'refused', 'welcome' by 'next', 'hours' by 'open'; lead it on/,
    sound: { flow: startAgain('general') },
  },
  {
    what: 'a call leads back to an agent that nobody has',
    code: 'return',
    small: { flow: spoiled({ 'no_match: general }': 'no_match: back }\n  back: { type: rejoin }' }) },
    at: 'back: ^{ type: rejoin }',
    message:
      /step 'back' leads back to an agent, but none has sent the caller; use this step in the flow of the PIN check/,
  },
  {
    what: 'a secret is asked for before any number',
    code: 'break',
    small: { flow: spoiled({ 'needs_2: number }': 'needs_2: pin }' }) },
    at: 'pin:\n    ^type: verify',
    message: /can come to 'pin' without having keyed a number.*; lead here only from an identify step/,
  },
  {
    what: 'nothing is said of the third wrong PIN',
    code: 'break',
    small: { flow: spoiled({ '    refused: general\n': '' }) },
    at: 'pin:\n    ^type: verify',
    message: /step 'pin' has no exit 'refused', but a call can leave it so; add this exit/,
  },
  {
    what: 'a step that nothing leads to',
    code: 'step',
    small: { flow: spoiled({ '  bye:': '  farewell: { type: hang_up }\n  bye:' }) },
    at: '  ^farewell:',
    message: /no call comes to 'farewell'; lead to it or remove it/,
    call: false,
  },
  {
    what: 'too many numbers, where only one is asked for',
    code: 'exit',
    small: { flow: spoiled({ '    identified: known\n': '    identified: known\n    refused: general\n' }) },
    at: 'known\n    refused: ^general',
    message: /no call leaves 'number_alone' by 'refused'; remove this exit/,
    call: false,
  },
  {
    what: 'a branch asks again what is known',
    code: 'exit',
    small: { flow: insert.afterPin('{ type: branch, on: needs, needs_0: free, needs_1: known, needs_2: verified }') },
    at: 'mine: { type: branch, on: needs, needs_0: ^free',
    message: /no call leaves 'mine' by 'needs_0'; remove this exit/,
    call: false,
  },
  {
    what: 'a topic whose callers all come to the general queue',
    code: 'topic',
    small: { flow: spoiled({ 'identified: known': 'identified: general' }) },
    at: topic(48),
    message: /no call about 'order' comes to its queue 'small.order' at level 1.*; lead callers there/,
    call: false,
  },
  {
    what: 'a topic whose callers come to its queue with less than it needs',
    code: 'topic',
    small: { flow: spoiled({ '    verified: verified': '    verified: known' }) },
    at: topic(10),
    message: /no call about 'bill' comes to its queue 'small.bill' at level 2.*; lead callers there/,
    call: false,
  },
  {
    what: 'a language that nobody can choose',
    code: 'language',
    small: {
      flow: SOUND,
      brand: {
        numbers: '["+4930231250", "+4930231251"]',
        languages:
          '[{ code: de, voice: V, locale: de-DE }, { code: en, voice: W, locale: en-GB }, { code: tr, voice: X, locale: tr-TR }]',
        language_by_number: '{ "+4930231251": en }',
        words: '{ de: { pin: PIN }, en: { pin: PIN }, tr: { pin: PIN } }',
      },
    },
    at: { file: 'small.yaml', line: 4, column: 91 },
    message: /no call of 'small' comes to 'tr'.*; ask for it in flow 'flow' by a step of type 'language'/,
    call: false,
  },
  {
    what: 'a prompt that nobody listens to the end',
    code: 'budget',
    small: { flow: SOUND, texts: { prove: `${'thirteen char'.repeat(12)}!` } },
    at: 'prompt: ^prove',
    message: /seconds of ".*thirteen char!" 1[23]\.\d, at most 12; say less/,
    sound: { flow: SOUND, texts: { prove: 'thirteen char'.repeat(10) } },
    call: false,
  },
  {
    what: 'one entry too many on the way to the proof',
    code: 'budget',
    small: {
      flow: insert.beforePin(
        '{ type: choose, prompt: ready, keys: [{ press: "1", go: pin }], no_input: general, no_match: general }',
      ),
    },
    at: brandName,
    message: /small de: entries 4, at most 3; say less, or ask for less/,
    call: false,
  },
  {
    what: 'a greeting that keeps everybody waiting',
    code: 'budget',
    small: { flow: SOUND, texts: { hello: 'thirteen char'.repeat(5) } },
    at: brandName,
    message: /seconds of greeting 5, at most 4; say less/,
    call: false,
  },
  {
    what: 'nobody asks whether it is open',
    code: 'hours',
    small: { flow: spoiled({ 'next: hours }': 'next: menu }' }) },
    at: 'chosen: needs, person: ^general',
    message:
      /'small.general' without being told whether it is open; 'menu' leads by 'person'.*; put a step \{ type: hours/,
    harmless: true,
  },
  {
    what: 'callers are let in while it is closed',
    code: 'hours',
    small: { flow: spoiled({ 'closed: bye': 'closed: general' }) },
    at: 'closed: ^general',
    message: /comes to 'small.general' while it is closed, .*; lead callers to the end there, or to a transfer/,
    harmless: true,
  },
  {
    what: 'a wait has no end',
    code: 'wait',
    small: {
      flow: spoiled({
        'general: { type: enqueue, level: 0, unserved: bye, queue': 'general: { type: enqueue, level: 0, queue',
      }),
    },
    at: '  ^general: {',
    message: /no wait ends in 'general'; add 'unserved'/,
    call: false,
  },
  {
    what: 'something is read out on a number alone',
    code: 'read',
    small: { flow: SOUND, brand: { actions: '{ read_bill: 1, read_order: 2, read_contract: never, take_order: 1 }' } },
    at: { file: 'small.yaml' as const, line: 9, column: 23 },
    message:
      /by 'read_bill: 1' agents read something of the account out to a caller who has keyed a number and.*; write/,
    call: false,
  },
]
