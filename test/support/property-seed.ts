import fc from 'fast-check'

/** Properties see the same cases in every run, unless FC_SEED asks for others. */
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20261122) })
