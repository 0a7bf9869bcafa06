import type { Command } from 'commander'
import { passwordProblem } from '../auth/password.ts'
import { agentFields, type Served, strangeOf } from '../floor/agent-form.ts'
import { agentName, roles } from '../floor/view.ts'
import type { Agent, AgentDirectory } from '../seams/agents.ts'
import { DATABASE, type StoreChoice, using } from './store-choice.ts'
import { tableOf } from './table.ts'

/** What the commands work with, opened when it is known to be needed. */
export interface AgentTools {
  agents: AgentDirectory
  served: Served
  close(): Promise<void>
}

export interface AgentSurroundings {
  open(choice: StoreChoice): Promise<AgentTools>
  /** Null: none was given, or two that differ. */
  askPassword(): Promise<string | null>
  out(line: string): void
}

/** What was asked for cannot be done; the message says what can. */
export class AgentError extends Error {
  override readonly name = 'AgentError'
}

interface AddChoices extends StoreChoice {
  displayName?: string
  role: string
  brands: string
  topics: string
  languages: string
  phone: string
}

type Changes = Parameters<AgentDirectory['change']>[1]

const PHONE = ['--phone <phone>', 'what rings: +49…, sip:…, or client:… for the page of the stand-in'] as const
const ROLE = ['--role <role>', roles.join(' or ')] as const
const BRANDS = ['--brands <names>', 'brands with commas between, or all'] as const
const TOPICS = ['--topics <names>', 'topics with commas between; general is the queue without customer data'] as const
const LANGUAGES = ['--languages <codes>', 'languages with commas between, or all'] as const

/** Adds `agents add`, `change`, `list`, `disable`, `enable` and `password` to the program. */
export function registerAgents(program: Command, surroundings: AgentSurroundings): void {
  const { open, askPassword, out } = surroundings
  const agents = program.command('agents').description('who may sit at the desk')

  const withTools = using(open)
  const newPassword = async (): Promise<string> => {
    const password = await askPassword()
    if (password === null) throw new AgentError('No password was given, or the two were not the same. Try again.')
    const problem = passwordProblem(password)
    if (problem !== null) throw new AgentError(problem)
    return password
  }

  agents
    .command('add')
    .argument('<name>', 'what the agent signs in with: small letters, digits, dots and dashes')
    .description('adds an agent; the password is asked for, or read from the standard input')
    .requiredOption(...PHONE)
    .option('--display-name <text>', 'what others see (default: the name)')
    .option(...ROLE, 'agent')
    .option(...BRANDS, 'all')
    .option(...TOPICS, 'all')
    .option(...LANGUAGES, 'all')
    .option(...DATABASE)
    .addHelpText('after', '\nExample:\n  rufpass agents add mara --phone +493023125460 --topics bill,general')
    .action((name: string, choices: AddChoices) =>
      withTools(choices, async (tools) => {
        const agent = agentOf(name, choices, tools.served)
        if (await tools.agents.find(name)) throw taken(name)
        if (!(await tools.agents.add(agent, await newPassword()))) throw taken(name)
        out(`${name} can sign in now.`)
      }),
    )

  agents
    .command('change')
    .argument('<name>')
    .description(
      'changes what is named and nothing else; it counts from the next look and offer, without a new sign-in',
    )
    .option(...PHONE)
    .option('--display-name <text>', 'what others see')
    .option(...ROLE)
    .option(...BRANDS)
    .option(...TOPICS)
    .option(...LANGUAGES)
    .option(...DATABASE)
    .addHelpText('after', '\nExample:\n  rufpass agents change mara --role supervisor --topics all')
    .action((name: string, choices: Partial<AddChoices>) =>
      withTools(choices, async (tools) => {
        const changes = changesOf(choices, tools.served)
        if (Object.keys(changes).length === 0)
          throw new AgentError('Name what is to change; see: rufpass agents change --help')
        if (!(await tools.agents.change(name, changes))) throw unknown(name)
        out(`${name} is changed.`)
      }),
    )

  agents
    .command('list')
    .description('prints all agents, and never a password')
    .option('--json', 'one JSON object a line')
    .option(...DATABASE)
    .action((choices: StoreChoice & { json?: true }) =>
      withTools(choices, async (tools) => {
        const all = await tools.agents.list()
        for (const line of choices.json
          ? all.map((agent) => JSON.stringify(agent))
          : tableOf([HEAD, ...all.map(rowOf)]))
          out(line)
      }),
    )

  agents
    .command('disable')
    .argument('<name>')
    .description('signs an agent out everywhere and lets nobody in under this name until it is enabled')
    .option(...DATABASE)
    .action((name: string, choices: StoreChoice) =>
      withTools(choices, async (tools) => {
        if (!(await tools.agents.disable(name))) throw unknown(name)
        out(`${name} is signed out and cannot sign in any more.`)
      }),
    )

  agents
    .command('enable')
    .argument('<name>')
    .description('lets an agent who was disabled sign in again, with the password from before')
    .option(...DATABASE)
    .action((name: string, choices: StoreChoice) =>
      withTools(choices, async (tools) => {
        if (!(await tools.agents.enable(name))) throw unknown(name)
        out(`${name} can sign in again.`)
      }),
    )

  agents
    .command('password')
    .argument('<name>')
    .description('gives an agent a new password, and signs the agent out everywhere')
    .option(...DATABASE)
    .action((name: string, choices: StoreChoice) =>
      withTools(choices, async (tools) => {
        if (!(await tools.agents.find(name))) throw unknown(name)
        await tools.agents.setPassword(name, await newPassword())
        out(`${name} has the new password, and is signed out everywhere.`)
      }),
    )
}

/** @throws AgentError for the first thing that cannot be so. */
function agentOf(name: string, choices: AddChoices, served: Served): Omit<Agent, 'disabled'> {
  if (!agentName.safeParse(name).success)
    throw new AgentError(
      'The name must be small letters, digits, dots and dashes, begin with a letter, and have at most 32.',
    )
  return {
    name,
    role: roleOf(choices.role),
    displayName: displayNameOf(choices.displayName ?? name),
    phone: phoneOf(choices.phone, served),
    brands: namesOf('brands', choices.brands, served),
    topics: namesOf('topics', choices.topics, served),
    languages: namesOf('languages', choices.languages, served),
  }
}

/** @throws AgentError, as above. */
function changesOf(choices: Partial<AddChoices>, served: Served): Changes {
  const { role, displayName, phone, brands, topics, languages } = choices
  return {
    ...(role === undefined ? {} : { role: roleOf(role) }),
    ...(displayName === undefined ? {} : { displayName: displayNameOf(displayName) }),
    ...(phone === undefined ? {} : { phone: phoneOf(phone, served) }),
    ...(brands === undefined ? {} : { brands: namesOf('brands', brands, served) }),
    ...(topics === undefined ? {} : { topics: namesOf('topics', topics, served) }),
    ...(languages === undefined ? {} : { languages: namesOf('languages', languages, served) }),
  }
}

function roleOf(text: string): Agent['role'] {
  const role = roles.find((each) => each === text)
  if (!role) throw new AgentError(`--role must be ${roles.join(' or ')}.`)
  return role
}

function displayNameOf(text: string): string {
  const name = text.trim()
  if (!agentFields.shape.displayName.safeParse(name).success)
    throw new AgentError('--display-name must have 1 to 80 characters.')
  return name
}

function phoneOf(text: string, served: Served): string {
  if (!agentFields.shape.phone.safeParse(text).success)
    throw new AgentError('--phone must be like +493023125460, sip:mara@pbx.example.com or client:mara.')
  const strange = strangeOf({ phone: text }, served)
  if (strange !== null) throw new AgentError(strange)
  return text
}

function namesOf(kind: 'brands' | 'topics' | 'languages', text: string, served: Served): string[] {
  if (text === 'all') return [...served[kind]]
  const names = [...new Set(text.split(',').map((each) => each.trim()))]
  const strange = strangeOf({ [kind]: names }, served)
  if (strange !== null) throw new AgentError(strange)
  return names
}

const HEAD = ['name', 'role', 'phone', 'brands', 'topics', 'languages', 'display name']

function rowOf({ name, displayName, role, brands, topics, languages, phone, disabled }: Agent): string[] {
  const takes = [brands, topics, languages].map((names) => names.join(','))
  return [name, role, phone, ...takes, `${displayName}${disabled ? '  (disabled)' : ''}`]
}

const taken = (name: string) =>
  new AgentError(`There is an agent '${name}' already, and a name is never given twice. Choose another.`)
const unknown = (name: string) =>
  new AgentError(`There is no agent '${name}'. Those there are: npx rufpass agents list`)
