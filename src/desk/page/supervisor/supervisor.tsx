/** What a supervisor has below the desk: the floor now, what callers are told, and the day. */
import type { DeskView } from '../../../floor/view.ts'
import { FiguresPanel } from '../figures.tsx'
import { AtWork } from './at-work.tsx'
import { QueuesNow } from './queues-now.tsx'
import { Sprays } from './sprays.tsx'
import { SwitchesPanel } from './switches.tsx'
import { useSwitches } from './use-switches.ts'

export interface SupervisorParts {
  supervision: NonNullable<DeskView['supervision']>
  figures: DeskView['figures']
  now: number
  csrf: string
  /** The supervisor's own name. */
  me: string
  pending: boolean
  setAway(agent: string): void
  signedOut(): void
}

export function Supervisor({ supervision: { agents, queues }, ...parts }: SupervisorParts) {
  const { figures, now, csrf, me, pending, setAway, signedOut } = parts
  const state = useSwitches(csrf, signedOut)
  const { switches } = state
  const isSome = switches !== null && switches.brands.length > 0
  return (
    <>
      {isSome && <Sprays switches={switches} state={state} now={now} />}
      <QueuesNow queues={queues} now={now} />
      <div class="supervision">
        <AtWork agents={agents} queues={queues} me={me} pending={pending} setAway={setAway} />
        {isSome && <SwitchesPanel switches={switches} state={state} now={now} />}
        {figures && <FiguresPanel figures={figures} />}
      </div>
    </>
  )
}
