/** The shipped flow as a picture in which the chosen call moves from step to step. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { useLanguage } from '../../page/language.ts'

export interface FlowPictureParts {
  brand: string | null
  step: string | null
  inCheck: boolean
  /** Whether any call runs: until then it is folded. */
  runs: boolean
}

export function FlowPicture({ brand, step, inCheck, runs }: FlowPictureParts) {
  const words = useLanguage().phone
  const frame = useRef<HTMLElement>(null)
  const [drawn, setDrawn] = useState<string | null>(null)
  useEffect(() => {
    // Until a hotline is chosen there is nothing to draw.
    if (brand === null) return
    let current = true
    const draw = async () => {
      const response = await fetch(`simulator/api/flow.svg?brand=${encodeURIComponent(brand)}`)
      const picture = response.ok ? parse(await response.text()) : null
      if (!current || !picture || !frame.current) return
      frame.current.replaceChildren(picture)
      setDrawn(brand)
    }
    draw().catch(() => frame.current?.replaceChildren())
    return () => {
      current = false
    }
  }, [brand])
  // The two texts of the picture that are no names of the flow.
  useEffect(() => {
    const texts = [
      ['.cluster > text', words.manySteps],
      ['.node:not([data-step]) > text', words.rings],
    ] as const
    for (const [where, text] of texts) {
      const found = frame.current?.querySelector(where)
      if (found) found.textContent = text
    }
  }, [words, drawn])
  useEffect(() => {
    const box = frame.current
    if (!box || !runs) return
    for (const old of box.querySelectorAll('.here')) old.classList.remove('here')
    const here = step === null ? null : box.querySelector(`[data-step="${CSS.escape(step)}"]`)
    here?.classList.add('here')
    if (here) centre(box, here)
  }, [step, drawn, runs])
  return (
    <details class="panel flow" open={runs}>
      <summary>{words.flow}</summary>
      <p class="muted" role="status">
        {step === null ? words.noStep : inCheck ? words.flowCheck(step) : words.flowStep(step)}
      </p>
      <ul class="flow-legend">
        {words.proofs.map((proof, level) => (
          <li key={proof}>
            <span class={`level level-${level}`}>{level}</span> {proof}
          </li>
        ))}
      </ul>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1). */}
      <section class="flow-frame" ref={frame} tabIndex={0} aria-label={words.flow} />
    </details>
  )
}

/** Null for what is no SVG. A DOMParser runs no script, and the page's policy forbids what might follow. */
function parse(text: string): Element | null {
  const root = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement
  if (root.localName !== 'svg') return null
  // What it says of itself is in no language of the page; the frame around it has a name.
  for (const told of root.querySelectorAll(':scope > title, :scope > desc')) told.remove()
  root.removeAttribute('aria-labelledby')
  root.setAttribute('aria-hidden', 'true')
  return document.importNode(root, true)
}

function centre(box: HTMLElement, step: Element): void {
  const outer = box.getBoundingClientRect()
  const inner = step.getBoundingClientRect()
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
  box.scrollBy({
    left: inner.left + inner.width / 2 - outer.left - outer.width / 2,
    top: inner.top + inner.height / 2 - outer.top - outer.height / 2,
    behavior: calm ? 'auto' : 'smooth',
  })
}
