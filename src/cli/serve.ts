import type { Command } from 'commander'
import { loadConfig } from '../config.ts'

/** `kalends serve` and `kalends migrate`. */
export function addServeCommands(program: Command): void {
  program
    .command('serve')
    .description('run the server until SIGINT or SIGTERM')
    .option('--workers <n>', 'processes that answer requests (default: WORKERS)')
    .action(async ({ workers }: { workers?: string }) => {
      const config = loadConfig(undefined, undefined, { WORKERS: workers })
      const { serve } = await import('../main.ts')
      await serve(config)
    })
  program
    .command('migrate')
    .description('bring the database up to date and exit')
    .action(async () => {
      const { openStore } = await import('../open-store.ts')
      const open = await openStore(loadConfig(), 'kalends migrate')
      await open.close()
      process.stdout.write(
        open.migrated.length === 0 ? 'up to date\n' : open.migrated.map((name) => `ran ${name}\n`).join(''),
      )
    })
}
