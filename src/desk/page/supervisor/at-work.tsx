/** Who is signed in, in what state now and for what. No time and no count of anybody stands here (decision J). */
import type { ComponentChildren } from 'preact'
import type { AgentNow, QueueNow } from '../../../floor/view.ts'
import { Icon, type IconName } from '../../../page/icon.tsx'
import { useLanguage } from '../../../page/language.ts'
import { languageNamed, useNames } from '../../../page/named.ts'

const looks: Record<AgentNow['state'], { tone: string; icon: IconName }> = {
  available: { tone: 'tone-good', icon: 'yes' },
  ringing: { tone: 'tone-calm', icon: 'phone' },
  talking: { tone: 'tone-calm', icon: 'phone' },
  wrap_up: { tone: 'tone-fair', icon: 'key' },
  away: { tone: '', icon: 'pause' },
}

export interface AtWorkParts {
  agents: AgentNow[]
  queues: QueueNow[]
  me: string
  pending: boolean
  setAway(agent: string): void
}

export function AtWork({ agents, queues, me, pending, setAway }: AtWorkParts) {
  const language = useLanguage()
  const words = language.supervision
  const free = agents.filter(({ state }) => state === 'available').length
  const topics = new Set(queues.map(({ queue }) => queue.split('.')[1] ?? ''))
  return (
    <section class="panel at-work" aria-labelledby="at-work-title">
      <div class="panel-head">
        <h2 id="at-work-title">{words.atWork}</h2>
        <span class="muted">{words.atWorkOf(agents.length, free)}</span>
      </div>
      {agents.length === 0 && <p class="empty muted">{words.nobodyAtWork}</p>}
      <ul class="agents">
        {agents.map((agent) => (
          <Row key={agent.name} agent={agent} topics={topics}>
            {agent.state === 'available' && agent.name !== me && (
              <button
                type="button"
                class="plain"
                aria-disabled={pending}
                aria-label={`${words.setAway}: ${agent.displayName}`}
                onClick={() => setAway(agent.name)}
              >
                {words.setAway}
              </button>
            )}
          </Row>
        ))}
      </ul>
    </section>
  )
}

function Row({
  agent,
  topics,
  children,
}: {
  agent: AgentNow
  topics: ReadonlySet<string>
  children: ComponentChildren
}) {
  const language = useLanguage()
  const words = language.supervision
  const named = useNames()
  const { tone, icon } = looks[agent.state]
  const all = [...topics].every((topic) => agent.topics.includes(topic))
  const skills = [
    all ? words.allTopics : agent.topics.map(named).join(', '),
    agent.languages.map((code) => languageNamed(code, language)).join(', '),
  ]
  return (
    <li class="agent-row">
      <span class="agent-name">
        <strong>{agent.displayName}</strong>
        {agent.role === 'supervisor' && <span class="muted"> {language.desk.roles.supervisor}</span>}
      </span>
      <span class={`tag ${tone}`}>
        <Icon name={icon} />
        {words.states[agent.state]}
        {agent.awayBecause !== null && `: ${words.because[agent.awayBecause]}`}
      </span>
      {children}
      <span class="skills muted">{skills.filter((part) => part !== '').join(' · ')}</span>
    </li>
  )
}
