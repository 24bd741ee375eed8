/** Numbers with their derivative in one direction: forward-mode differentiation, to the last bits, of a formula written in them. */
export class Dual {
  constructor(readonly value: number, readonly slope = 0) {}

  plus(other: Dual | number): Dual {
    const { value, slope } = dual(other);
    return new Dual(this.value + value, this.slope + slope);
  }

  minus(other: Dual | number): Dual {
    const { value, slope } = dual(other);
    return new Dual(this.value - value, this.slope - slope);
  }

  times(other: Dual | number): Dual {
    const { value, slope } = dual(other);
    return new Dual(this.value * value, this.slope * value + this.value * slope);
  }

  over(other: Dual | number): Dual {
    const { value, slope } = dual(other);
    return new Dual(this.value / value, (this.slope * value - this.value * slope) / value ** 2);
  }

  exp(): Dual {
    const value = Math.exp(this.value);
    return new Dual(value, this.slope * value);
  }

  log(): Dual {
    return new Dual(Math.log(this.value), this.slope / this.value);
  }

  /** (e²ˣ − 1) / (e²ˣ + 1), unlike the library's. */
  tanh(): Dual {
    const square = this.times(2).exp();
    return square.minus(1).over(square.plus(1));
  }
}

export function dual(of: Dual | number): Dual {
  return typeof of === "number" ? new Dual(of) : of;
}

export function sum(terms: readonly Dual[]): Dual {
  return terms.reduce((total, term) => total.plus(term), dual(0));
}

export function dot(a: readonly Dual[], b: readonly Dual[]): Dual {
  return sum(a.map((term, k) => term.times(b[k])));
}
