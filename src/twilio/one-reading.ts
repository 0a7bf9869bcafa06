/**
 * What a route reads of a signed form, and nothing else of it. Imports `signature.ts` for its types.
 *
 * Twilio signs names and values, sorted, without borders between them. So one signed text belongs to many forms:
 * `Digits=1234`, `Digits1=234`, or no Digits and `CallerZip=Digits1234`. The text is signed, the borders of the form are
 * not. So the text decides what a field is, and the form must say the same; then two forms of one text are not read as two
 * things, unless headers of a SIP trunk spell fields of ours, which never changes the keys of a caller:
 *
 * 1. *Where it may stand.* Some names are in every form of a kind (`always`). A field can stand only behind those that sort
 *    before it, and before those that sort behind it: `SipHeader_X-Digits` comes after From, where Digits cannot stand.
 * 2. *That it stands there, and nowhere else.* Wherever else its name is spelled in between, with what could be a value of
 *    it, the field is unsure. Only the longer names that are Twilio's own (`ForwardedFrom`, `SipHeader_…`) may contain it.
 * 3. *Where it ends.* What the value means must not change when it is cut where the name of another parameter could begin:
 *    `Digits=1234Directioninbound` could be `1234`.
 *
 * So a parameter that no route reads may have any name and value. Where our words in it make a field unsure (at a step,
 * `CallerName=Digits12`), Twilio could have sent both forms, and no rule can tell which it was: the routes that read the
 * field do without it, and no other route cares. A field that is spelled once, as itself, is believed. One thing is taken
 * for granted: no value of Twilio's ends with the front half of one of its own longer names.
 */
import type { SignedForm } from './signature.ts'

export interface GuardedField {
  /** Matches at the beginning of a value the shortest that it can be, given the names that may follow. Sticky. */
  shortest: RegExp
  /** What a route makes of a value; null when it says nothing. */
  means(value: string): string | null
  /** What else follows the name where it is the field, although it says nothing. Sticky. */
  alsoBegins?: RegExp
}

/** Fields of a form as a route may believe them. */
export interface Sure<Name extends string> {
  get(name: Name): string | undefined
  /** Fields that are left out, because their text can be read in two ways. */
  unsure: readonly string[]
}

/** Twilio's own names that the name of a field stands in. https://www.twilio.com/docs/voice/twiml#request-parameters */
const LONGER =
  /^(?:(?:Dial)?SipHeader_.*|ForwardedFrom|DialCallStatus|ParticipantCallStatus|(?:Dial|Parent|Dequeing)CallSid)$/s

/** @param always names that are in every form of this kind, sorted. */
export function readOnce<Name extends string>(
  form: SignedForm,
  fields: Readonly<Record<Name, GuardedField>>,
  names: readonly Name[],
  always: readonly string[],
): Sure<Name> {
  const sure = new Map<Name, string>()
  const unsure: Name[] = []
  for (const name of names) {
    const first = form.params.findIndex((param) => param.name === name)
    const own = form.params[first]
    const between = windowOf(form.text, name, always)
    // They are sorted, so what came twice stands together.
    const isSure = own
      ? form.params[first + 1]?.name !== name && isWithin(own, between) && endsWhereItSays(form.text, own, fields[name])
      : true
    if (!isSure || standsElsewhere(form, name, fields[name], between)) unsure.push(name)
    else if (own) sure.set(name, own.value)
  }
  return { get: (name) => sure.get(name), unsure }
}

type Param = SignedForm['params'][number]
/** Offsets of the text. */
type Between = readonly [from: number, to: number]

function isWithin({ name, at }: Param, [from, to]: Between): boolean {
  return at >= from && at + name.length <= to
}

function endsWhereItSays(text: string, { name, value, at }: Param, field: GuardedField): boolean {
  const shortest = matchAt(field.shortest, text, at + name.length)
  return shortest === value || field.means(shortest) === field.means(value)
}

/** Whether the name is spelled where it could be the field, and is not what the form calls so. */
function standsElsewhere(
  { text, params }: SignedForm,
  name: string,
  field: GuardedField,
  [from, to]: Between,
): boolean {
  let index = 0
  for (let at = text.indexOf(name, from); at !== -1; at = text.indexOf(name, at + 1)) {
    const behind = at + name.length
    if (behind > to) return false
    while ((params[index + 1]?.at ?? Number.POSITIVE_INFINITY) <= at) index += 1
    const around = params[index]
    const isOwn = around?.at === at && around.name === name
    const isInLonger = around && LONGER.test(around.name) && behind <= around.at + around.name.length
    if (!isOwn && !isInLonger && isFollowed(text, behind, field)) return true
  }
  return false
}

function isFollowed(text: string, behind: number, { shortest, means, alsoBegins }: GuardedField): boolean {
  return means(matchAt(shortest, text, behind)) !== null || (alsoBegins ? isMatchAt(alsoBegins, text, behind) : false)
}

interface Neighbours {
  before: readonly string[]
  /** The last first. */
  behind: readonly string[]
}
const neighbours = new WeakMap<readonly string[], Map<string, Neighbours>>()

/** The same each time for a field of a kind of form. */
function neighboursOf(name: string, always: readonly string[]): Neighbours {
  const known = neighbours.get(always) ?? new Map<string, Neighbours>()
  const mine = known.get(name) ?? {
    before: always.filter((other) => other < name),
    behind: always.filter((other) => other > name).reverse(),
  }
  neighbours.set(always, known.set(name, mine))
  return mine
}

/** Between which offsets of the text a field can stand: behind the earliest, and before the latest, of its neighbours. */
export function windowOf(text: string, name: string, always: readonly string[]): Between {
  let from = 0
  const { before: all, behind: rest } = neighboursOf(name, always)
  for (const before of all) {
    const at = text.indexOf(before, from)
    if (at === -1) return [0, text.length]
    from = at + before.length
  }
  let to = text.length
  for (const behind of rest) {
    const at = to < behind.length ? -1 : text.lastIndexOf(behind, to - behind.length)
    if (at === -1) return [0, text.length]
    to = at
  }
  return [from, to]
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}

function isMatchAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at
  return pattern.test(text)
}
