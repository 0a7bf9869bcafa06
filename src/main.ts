/** `npm start`: the server with the settings of its folder. Imports `server` and `config`; only `rufpass start` imports it. */
import { loadConfig } from './config/config.ts'
import { examineSettings } from './config/examine.ts'
import { spoken } from './config/misspelt.ts'
import { explainFailure } from './log/failure.ts'
import { createLog } from './log/log.ts'
import { paintFor } from './log/paint.ts'
import { outliveRejections } from './log/rejections.ts'
import { serve } from './server/serve.ts'
import { warningsBlock } from './server/warnings.ts'
import { welcome } from './server/welcome.ts'

try {
  const config = loadConfig()
  const log = createLog({ level: config.logLevel })
  outliveRejections(log)
  const running = await serve(config, { log, told: (step) => process.stdout.write(`${step}\n`) })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void running.stop().then(() => process.exit(0))
    })
  }
  process.stdout.write(welcome(config, running))
  for (const each of examineSettings().misspelt) process.stderr.write(`WARNING: ${spoken(each)}\n`)
  // Last, so that it stands on the screen when the start is over.
  process.stderr.write(warningsBlock(running.warnings, paintFor(process.stderr)))
} catch (error) {
  process.stderr.write(explainFailure(error))
  process.exit(1)
}
