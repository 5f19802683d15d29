const WIDTH = 30
const REDRAW_MS = 100

/** Shows how far long work is. */
export interface Progress {
  /** @param done in the same unit as `total`; @param note what has happened so far */
  update(done: number, note: string): void
  end(): void
}

/** A bar on standard error while that is a terminal; nothing otherwise, so that logs and pipes stay clean. */
export function createProgress(total: number): Progress {
  const { stderr } = process
  if (!stderr.isTTY) return { update: () => undefined, end: () => undefined }
  let drawnAt = 0
  return {
    update(done, note) {
      const now = performance.now()
      if (now - drawnAt < REDRAW_MS && done < total) return
      drawnAt = now
      const line = `${bar(done, total)} ${note}`
      stderr.write(`\r${line.slice(0, (stderr.columns || 80) - 1)}\x1b[K`)
    },
    end: () => {
      stderr.write('\r\x1b[K')
    },
  }
}

function bar(done: number, total: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total)
  const filled = Math.round(share * WIDTH)
  return `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${String(Math.round(share * 100)).padStart(3)} %`
}
