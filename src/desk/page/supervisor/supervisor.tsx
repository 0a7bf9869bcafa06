/** What a supervisor has below the desk: the floor now, what callers are told, and the day. */
import type { DeskView } from '../../../floor/view.ts'
import { FiguresPanel } from '../figures.tsx'
import { AtWork } from './at-work.tsx'
import { QueuesNow } from './queues-now.tsx'
import { SwitchesPanel } from './switches.tsx'

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
  return (
    <>
      <QueuesNow queues={queues} now={now} />
      <div class="supervision">
        <AtWork agents={agents} queues={queues} me={me} pending={pending} setAway={setAway} />
        <SwitchesPanel csrf={csrf} signedOut={signedOut} now={now} />
        {figures && <FiguresPanel figures={figures} />}
      </div>
    </>
  )
}
