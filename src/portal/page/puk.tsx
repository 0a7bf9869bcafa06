/** Whether the PUK of each SIM proves anything by phone. */
import { useLanguage } from '../../page/language.ts'
import type { PortalState } from '../view.ts'
import { useAccount } from './account-context.ts'
import { Outcome, Panel, useAct } from './told.tsx'

export function PukPanel() {
  const { state } = useAccount()
  const words = useLanguage().myData
  return (
    <Panel title={words.puk}>
      <p>{words.pukHint}</p>
      <ul class="rows">
        {state.sims.map((sim) => (
          <li key={sim.id}>
            <Sim sim={sim} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Sim({ sim }: { sim: PortalState['sims'][number] }) {
  const { portal } = useAccount()
  const words = useLanguage().myData
  const act = useAct()
  const { id, sim_number: number, phone_numbers: phones, puk } = sim
  const to = puk === 'on' ? 'off' : 'on'
  return (
    <div class="row">
      <div>
        <strong>{phones.join(', ') || words.sim(number)}</strong>
        {phones.length > 0 && <p class="muted">{words.sim(number)}</p>}
        <p role="status">{words.pukIs[puk]}</p>
      </div>
      {puk !== 'none' && (
        <button
          type="button"
          aria-label={`${words.pukTo[to]}: ${words.sim(number)}`}
          aria-disabled={act.isBusy}
          onClick={() => void act.run(() => portal.puk(id, to), null)}
        >
          {words.pukTo[to]}
        </button>
      )}
      <Outcome acts={[act]} />
    </div>
  )
}
