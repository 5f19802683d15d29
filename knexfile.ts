import { knexConfig } from './src/store/migrate.ts'

/** For knex's own command line, on an external database: `node --import tsx node_modules/knex/bin/cli.js`. */
export default knexConfig(process.env.DATABASE_URL ?? '')
