/** The key that does the same as the button it stands on. The help window says it to screen readers. */
export function Key({ name }: { name: string }) {
  return (
    <span class="key" aria-hidden="true">
      {name}
    </span>
  )
}
