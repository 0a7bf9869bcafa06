/** Which store a command works with, and the way to open it for one command alone. */

/** What a command line may say of the store: otherwise DATABASE_URL. */
export interface StoreChoice {
  database?: string
}

/** The option that says it. */
export const DATABASE = ['--database <url>', 'postgres://… or a directory (default: DATABASE_URL)'] as const

/** Runs what a command does on the tools that it needs, and closes them whatever comes of it. */
export function using<Tools extends { close(): Promise<void> }>(open: (choice: StoreChoice) => Promise<Tools>) {
  return async (choice: StoreChoice, act: (tools: Tools) => Promise<void>): Promise<void> => {
    const tools = await open(choice)
    try {
      await act(tools)
    } finally {
      await tools.close()
    }
  }
}
