/** What a function gave for its last argument, so that a parameter that all terms of a sum share costs its logarithm once. */
export function remember(f: (x: number) => number): (x: number) => number {
  let last = NaN, value = NaN;
  return (x) => {
    if (x !== last) {
      value = f(x);
      last = x;
    }
    return value;
  };
}
