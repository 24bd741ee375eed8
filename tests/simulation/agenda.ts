/** Simulated time: what is to happen, in the order of its moment, then in that in which it was planned. */
interface Entry {
  readonly time: number;
  readonly order: number;
  readonly happen: () => void;
}

export class Agenda {
  now = 0;
  #heap: Entry[] = [];
  #planned = 0;

  after(delay: number, happen: () => void): void {
    const heap = this.#heap;
    heap.push({ time: this.now + delay, order: this.#planned++, happen });
    for (let i = heap.length - 1; i > 0;) {
      const parent = (i - 1) >> 1;
      if (!isBefore(heap[i], heap[parent])) break;
      [heap[i], heap[parent]] = [heap[parent], heap[i]];
      i = parent;
    }
  }

  /** Lets the next thing happen; false where nothing is planned any more. */
  advance(): boolean {
    const heap = this.#heap;
    const next = heap[0];
    const last = heap.pop();
    if (!last) return false;
    if (heap.length > 0) {
      heap[0] = last;
      for (let i = 0;;) {
        let least = i;
        for (const child of [2 * i + 1, 2 * i + 2]) {
          if (child < heap.length && isBefore(heap[child], heap[least])) least = child;
        }
        if (least === i) break;
        [heap[i], heap[least]] = [heap[least], heap[i]];
        i = least;
      }
    }
    this.now = next.time;
    next.happen();
    return true;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}
