/** The shipped flow as a picture in which the chosen call moves from step to step. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { useLanguage } from '../../page/language.ts'

export interface FlowPictureParts {
  brand: string | null
  step: string | null
  inCheck: boolean
}

export function FlowPicture({ brand, step, inCheck }: FlowPictureParts) {
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
  useEffect(() => {
    const box = frame.current
    if (!box) return
    for (const old of box.querySelectorAll('.here')) old.classList.remove('here')
    const here = step === null ? null : box.querySelector(`[data-step="${CSS.escape(step)}"]`)
    here?.classList.add('here')
    if (here) centre(box, here)
  }, [step, drawn])
  return (
    <details class="panel flow" open>
      <summary>{words.flow}</summary>
      <p class="muted" role="status">
        {step === null ? words.noStep : inCheck ? words.flowCheck(step) : words.flowStep(step)}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1). */}
      <section class="flow-frame" ref={frame} tabIndex={0} aria-label={words.flow} />
    </details>
  )
}

/** Null for what is no SVG. A DOMParser runs no script, and the page's policy forbids what might follow. */
function parse(text: string): Element | null {
  const root = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement
  return root.localName === 'svg' ? document.importNode(root, true) : null
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
