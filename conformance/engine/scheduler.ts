interface Job {
  readonly lane: string | undefined
  readonly run: () => Promise<void>
}

/** The lane whose jobs run when nothing else does. */
export const ALONE = 'alone'

/**
 * Runs jobs in the order they were added, several at a time. Jobs of one lane never overlap, and those of
 * the lane `alone` start only once every other job has ended.
 */
export class Scheduler {
  readonly #atOnce: number
  readonly #waiting: Job[] = []
  readonly #busyLanes = new Set<string>()
  #running = 0

  constructor(atOnce: number) {
    this.#atOnce = atOnce
  }

  /** Adds a job; the promise settles as the job does. Nothing runs before `start`. */
  add<T>(lane: string | undefined, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ lane, run: () => work().then(resolve, reject) })
    })
  }

  /** Starts as many jobs as may run now; each that ends starts the next. */
  start(): void {
    while (this.#running < this.#atOnce) {
      const job = this.#takeNext()
      if (job === undefined) return
      this.#running += 1
      if (job.lane !== undefined) this.#busyLanes.add(job.lane)
      void job.run().finally(() => {
        this.#running -= 1
        if (job.lane !== undefined) this.#busyLanes.delete(job.lane)
        this.start()
      })
    }
  }

  #takeNext(): Job | undefined {
    const isAloneTime = this.#running === 0 && this.#waiting.every((job) => job.lane === ALONE)
    const index = this.#waiting.findIndex((job) =>
      job.lane === ALONE ? isAloneTime : job.lane === undefined || !this.#busyLanes.has(job.lane),
    )
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0]
  }
}
