/** Two small charts. Each has its numbers as text, beside it or for screen readers. */
const WIDTH = 100

/** Two amounts in a row, measured by the largest of all rows. */
export function Bar({ first, second, whole, text }: { first: number; second: number; whole: number; text: string }) {
  const one = (WIDTH * first) / whole
  return (
    <svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label={text}>
      <rect class="bar-ground" width="100" height="8" />
      <rect class="bar-first" width={one} height="8" />
      <rect class="bar-second" x={one} width={(WIDTH * second) / whole} height="8" />
    </svg>
  )
}

export interface Part {
  key: string
  name: string
  count: number
}

/** How a whole is made up, with a legend that says it in words. */
export function Shares({ parts }: { parts: Part[] }) {
  const whole = Math.max(
    1,
    parts.reduce((sum, { count }) => sum + count, 0),
  )
  let from = 0
  const placed = parts.map((part) => {
    const x = (WIDTH * from) / whole
    from += part.count
    return { ...part, x, width: (WIDTH * part.count) / whole }
  })
  return (
    <>
      <svg
        class="shares"
        viewBox="0 0 100 10"
        preserveAspectRatio="none"
        role="img"
        aria-label={parts.map(({ name, count }) => `${name} ${count}`).join(', ') || '0'}
      >
        <rect class="bar-ground" width="100" height="10" />
        {placed.map(({ key, x, width }) => (
          <rect key={key} class={`share share-${key}`} x={x} width={width} height="10" />
        ))}
      </svg>
      <ul class="legend" aria-hidden="true">
        {parts.map(({ key, name, count }) => (
          <li key={key}>
            <svg viewBox="0 0 8 8" aria-hidden="true">
              <rect class={`share share-${key}`} width="8" height="8" />
            </svg>
            {name} {count}
          </li>
        ))}
      </ul>
    </>
  )
}
