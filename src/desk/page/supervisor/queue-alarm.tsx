import { useEffect, useRef, useState } from 'preact/hooks'
import type { QueueNow } from '../../../floor/view.ts'
import { useLanguage } from '../../../page/language.ts'
import { capital, useNames } from '../../../page/named.ts'
import { pressureOf } from './pressure.ts'

/** Says once that a queue has come over its threshold, or back, for those who do not see the colour. */
export function QueueAlarm({ queues, now }: { queues: QueueNow[]; now: number }) {
  const words = useLanguage().supervision
  const named = useNames()
  const known = useRef<ReadonlyMap<string, QueueNow>>(new Map())
  const [said, setSaid] = useState('')
  const over = new Map(
    queues.filter((queue) => pressureOf(queue, now) !== null).map((queue) => [queue.queue, queue] as const),
  )
  const names = [...over.keys()].join(' ')
  useEffect(() => {
    const before = known.current
    known.current = over
    const nameOf = (queue: string): string => {
      const [brand = '', topic = ''] = queue.split('.')
      return `${named(topic)}, ${capital(brand)}`
    }
    const risen = [...over.values()].filter(({ queue }) => !before.has(queue))
    const fallen = [...before.keys()].filter((queue) => !over.has(queue))
    const news = [
      ...risen.map((queue) => {
        const pressure = pressureOf(queue, now)
        return pressure === null ? '' : `${nameOf(queue.queue)}: ${words.pressure[pressure](queue.threshold)}.`
      }),
      ...fallen.map((queue) => `${nameOf(queue)}: ${words.normal}.`),
    ]
    if (news.length > 0) setSaid(news.join(' '))
  }, [names])
  return (
    <p class="unseen" aria-live="polite" data-testid="queue-alarm">
      {said}
    </p>
  )
}
