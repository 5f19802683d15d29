import type { Database, Session } from '../src/store/database.ts'

/** What has gone to the database so far. */
export interface Traffic {
  readonly statements: number
  /** Times something was sent and waited for; several statements may go together. */
  readonly roundTrips: number
}

/** A database that counts what passes through it. */
export function countingDatabase(database: Database): { database: Database; traffic(): Traffic } {
  let statements = 0
  let roundTrips = 0
  const count = (calls: readonly unknown[]) => {
    statements += calls.length
    roundTrips += 1
  }
  const counting = (session: Session): Session => ({
    ...session,
    run: (calls) => {
      count(calls)
      return session.run(calls)
    },
    stream: (call, onFree) => {
      count([call])
      return session.stream(call, onFree)
    },
  })
  return {
    database: {
      ...database,
      run: (calls) => {
        count(calls)
        return database.run(calls)
      },
      connect: async () => counting(await database.connect()),
    },
    traffic: () => ({ statements, roundTrips }),
  }
}
