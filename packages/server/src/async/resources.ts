/** Runs what has to be released, last opened first, each once, and all of them even when one throws. */
export class Resources {
  #releases: Array<() => void | Promise<void>> = []

  add(release: () => void | Promise<void>): void {
    this.#releases.push(release)
  }

  async release(): Promise<void> {
    const failures: unknown[] = []
    for (let release = this.#releases.pop(); release; release = this.#releases.pop()) {
      try {
        await release()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'some resources could not be released')
  }
}
