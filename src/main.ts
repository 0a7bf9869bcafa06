import { loadConfig } from './config/config.ts'
import { explainFailure } from './log/failure.ts'
import { serve } from './server/serve.ts'
import { welcome } from './server/welcome.ts'

try {
  const config = loadConfig()
  const running = await serve(config, { told: (step) => process.stdout.write(`${step}\n`) })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void running.stop().then(() => process.exit(0))
    })
  }
  process.stdout.write(welcome(config, running))
} catch (error) {
  process.stderr.write(explainFailure(error))
  process.exit(1)
}
