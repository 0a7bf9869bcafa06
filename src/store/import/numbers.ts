import type { Numbers, Owned } from './batch.ts'

export function numbersOf(stored: readonly Owned[]): Numbers {
  const byAccount = new Map<string, Owned[]>()
  const byValue = new Map<string, Owned[]>()
  const byId = new Map<number, Owned>()
  const add = (owned: Owned): void => {
    push(byAccount, owned.ref, owned)
    push(byValue, valueKey(owned.brand, owned.value), owned)
    if (owned.id !== null) byId.set(owned.id, owned)
  }
  const remove = (owned: Owned): void => {
    const known = owned.id === null ? owned : byId.get(owned.id)
    if (known === undefined) return
    drop(byAccount, known.ref, known)
    drop(byValue, valueKey(known.brand, known.value), known)
    if (known.id !== null) byId.delete(known.id)
  }
  for (const owned of stored) add(owned)
  return {
    ofAccount: (ref) => byAccount.get(ref) ?? [],
    ofValue: (brand, value) => byValue.get(valueKey(brand, value)) ?? [],
    add,
    remove,
    replace(owned) {
      remove(owned)
      add(owned)
    },
  }
}

function valueKey(brand: string, value: string): string {
  return `${brand}/${value}`
}

/** Lists are replaced and not changed, for plans go through them meanwhile. */
function push(lists: Map<string, Owned[]>, key: string, owned: Owned): void {
  lists.set(key, [...(lists.get(key) ?? []), owned])
}

function drop(lists: Map<string, Owned[]>, key: string, owned: Owned): void {
  lists.set(
    key,
    (lists.get(key) ?? []).filter((one) => one !== owned),
  )
}
