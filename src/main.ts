import { loadConfig } from './config.ts'
import { explainFailure } from './failure.ts'
import { serve } from './serve.ts'
import { welcome } from './welcome.ts'

try {
  const config = loadConfig()
  const running = await serve(config)
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
