/** Small drawings beside words, never instead of them: screen readers pass over them. */
const paths = {
  verified: 'M8 1 14 3.500V8c0 3.500-2.500 5.800-6 7-3.500-1.200-6-3.500-6-7V3.500zM5 8l2.200 2.200L11 6',
  identified: 'M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2.500 14c.6-3 2.700-4.500 5.500-4.500s4.900 1.500 5.500 4.500',
  unknown: 'M5 5.500a3 3 0 1 1 4.500 2.600C8.500 8.700 8 9.200 8 10.500M8 13.200v.3',
  phone:
    'M3.500 2h3L8 5.500 6.300 6.800a8 8 0 0 0 3 3L10.500 8 14 9.500v3c0 .8-.7 1.500-1.500 1.500A10.500 10.500 0 0 1 2 3.500C2 2.700 2.700 2 3.500 2z',
  warning: 'M8 2 15 14H1zM8 6.500v3.500M8 12v.2',
  yes: 'M3 8.500 6.500 12 13 4.500',
  no: 'M4 4l8 8M12 4l-8 8',
  pause: 'M5.500 3v10M10.500 3v10',
  play: 'M5 3l8 5-8 5z',
  key: 'M10.500 9A3.500 3.500 0 1 0 7.200 6.600L2 12v2h2.500v-1.500H6V11h1.500l1.200-1.200c.5.100 1.100.200 1.800-.8z',
  forward: 'M2 8h11M9 4l4 4-4 4',
  back: 'M14 8H3M7 4 3 8l4 4',
  lost: 'M2 2l12 12M4 8.500a6 6 0 0 1 2-1.300M2 5.500A9 9 0 0 1 4 4M8 12.500v.2M8.500 4a9 9 0 0 1 5.500 2',
  open: 'M6 3H3v10h10v-3M9 2.500h4.500V7M13.500 2.500 7 9',
} as const

export type IconName = keyof typeof paths

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.600"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  )
}
