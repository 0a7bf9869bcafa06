/**
 * Digits that a caller keyed. They may be a PIN even at a prompt that asked for something else (people key their PIN
 * at the wrong prompt), so everything keyed is a Secret until a step has found it to be well-formed for its purpose.
 *
 * A Secret refuses to print or serialise itself: `String(s)`, `JSON.stringify(s)`, `util.inspect(s)` and every logger
 * built on them show `[secret]`. Only `reveal()` gives the digits, and a test lists the few files that may call it.
 */
export class Secret {
  readonly #digits: string
  readonly #shield: Shield | null

  constructor(digits: string, shield: Shield | null = null) {
    this.#digits = digits
    this.#shield = shield
  }

  /** The same keys, for eyes that may not see what could be a credential. */
  shielded(shield: Shield): Secret {
    return new Secret(this.#digits, shield)
  }

  /** How many keys were pressed. */
  get length(): number {
    return this.#digits.length
  }

  /** Whether exactly these keys were pressed. For menu keys, never for credentials (not constant-time). */
  is(keys: string): boolean {
    // Of a match with these keys more would be known than may be; a single key is a menu's.
    if (keys.length > 1) this.#refuse(keys)
    return this.#digits === keys
  }

  /** Whether the star key was among them: the caller wants to start this entry again. */
  get hasStar(): boolean {
    return this.#digits.includes('*')
  }

  /** What was pressed after the last star: the entry begun again. All of it when there is no star. */
  get sinceStar(): Secret {
    return new Secret(this.#digits.slice(this.#digits.lastIndexOf('*') + 1), this.#shield)
  }

  /** Whether only 0 to 9 were pressed. */
  get isNumeric(): boolean {
    return /^[0-9]+$/.test(this.#digits)
  }

  /** The digits themselves. For the identifier check, the `collect` step and the verifier, nobody else. */
  reveal(): string {
    this.#refuse(this.#digits)
    return this.#digits
  }

  #refuse(keys: string): void {
    if (this.#shield === null) return
    const { lengths, refuse } = this.#shield
    const found = keys.split(/[*#]/).find((part) => lengths.includes(part.length))
    if (found !== undefined) refuse(found.length)
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]'
  }
}

/** Digits so many in a row, alone or beside a star, are not told: `refuse` gets their number, and must throw. */
export interface Shield {
  lengths: readonly number[]
  refuse(length: number): never
}
