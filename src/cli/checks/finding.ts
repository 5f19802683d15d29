/** What one check of `kalends doctor` found. */
export interface Finding {
  readonly check: string
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped'
  /** One sentence. */
  readonly detail: string
}

export function ok(check: string, detail: string): Finding {
  return { check, status: 'ok', detail }
}

export function failed(check: string, detail: string): Finding {
  return { check, status: 'failed', detail }
}

export function warning(check: string, detail: string): Finding {
  return { check, status: 'warning', detail }
}

export function skipped(check: string, detail: string): Finding {
  return { check, status: 'skipped', detail }
}
