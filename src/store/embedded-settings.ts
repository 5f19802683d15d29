/** Settings of the private cluster: durable, small, and without features a single node does not use. */
export const SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '64MB',
  max_connections: '60',
  max_wal_size: '512MB',
  checkpoint_timeout: '10min',
  wal_level: 'minimal',
  max_wal_senders: '0',
  // Short statements only: compiling them or spreading them over processes costs more than running them.
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  max_worker_processes: '2',
  // Plans made while a table was empty are made anew once it has been analysed: do that soon.
  autovacuum_naptime: '5s',
  io_method: 'sync',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
}

/** For tests: nothing has to survive a power cut. */
export const VOLATILE_SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
}
