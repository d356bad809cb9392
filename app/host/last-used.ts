/** What is made for keys, and kept for those that were used last. @module */

export class LastUsed<K, V> {
  readonly #most: number;
  readonly #kept = new Map<K, V>();

  /** @param most  that are kept */
  constructor(most: number) {
    this.#most = most;
  }

  get(key: K, make: () => V): V {
    const value = this.#kept.get(key) ?? make();
    this.#kept.delete(key);
    this.#kept.set(key, value); // the last used is the last
    if (this.#kept.size > this.#most) this.#kept.delete(this.#kept.keys().next().value!);
    return value;
  }

  /** It is made anew when it is asked for. */
  forget(key: K): void {
    this.#kept.delete(key);
  }
}
