/** What test files import as `@jest/globals`: each name leads to what Jest has for the test file that is being played. */

let current = {}

/** @param globals what Jest gives the next test file. */
export function useGlobals(globals) {
  current = globals
}

const leadOn = (name) =>
  new Proxy(() => {}, {
    apply: (_, self, args) => Reflect.apply(current[name], self, args),
    get: (_, key) => current[name][key],
  })

export const describe = leadOn('describe')
export const it = leadOn('it')
export const beforeAll = leadOn('beforeAll')
export const beforeEach = leadOn('beforeEach')
export const afterAll = leadOn('afterAll')
export const afterEach = leadOn('afterEach')
export const expect = leadOn('expect')
