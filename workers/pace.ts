/**
 * How fast a job of a user's module comes on, and whether a further worker would be of use to it: one takes about a quarter of a second of a
 * processor's time until it is as fast as the first, which has to be won back. Times are milliseconds of one clock.
 */

const LOOK_MS = 250; // before that there is too little to tell by

export class Pace {
  /** From when on there is something to tell by. */
  readonly looks: number;

  /** `left`: steps of the whole job that are to be made; `aloneMs`: how long it may be expected to go on as it does; 0: not at all. */
  constructor(readonly left: number, readonly aloneMs: number, readonly begun: number) {
    this.looks = aloneMs === 0 ? begun : begun + LOOK_MS;
  }

  /** Whether the job, with so many steps left, would take too long as it goes now. */
  isTooSlow(left: number, now: number): boolean {
    if (now < this.looks) return false;
    const done = this.left - left;
    return this.aloneMs === 0 || done <= 0 || (now - this.begun) / done * left > this.aloneMs;
  }
}
