/** Numbers from 0 to 1 as colours, between anchors that are evenly spaced. */

type Colour = readonly [number, number, number];

/** Dark blue over green to yellow: even in brightness, also for who sees few colours (viridis, van der Walt & Smith 2015). */
export const SEQUENTIAL = anchors("440154 482878 3e4989 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725");
/** Blue over a light grey to red: for numbers with a middle (Brewer's RdBu, turned round). */
export const DIVERGING = anchors("053061 2166ac 4393c3 92c5de d1e5f0 f7f7f7 fddbc7 f4a582 d6604d b2182b 67001f");

/** The colour at `t`, 0 … 1, as `#rrggbb`. */
export function colourAt(map: readonly Colour[], t: number): string {
  const place = Math.max(0, Math.min(1, t)) * (map.length - 1);
  const index = Math.min(map.length - 2, Math.floor(place));
  const share = place - index;
  const parts = map[index].map((part, i) => Math.round(part + share * (map[index + 1][i] - part)));
  return "#" + parts.map((part) => part.toString(16).padStart(2, "0")).join("");
}

function anchors(codes: string): readonly Colour[] {
  return codes.split(" ").map((code) => {
    const part = (start: number) => parseInt(code.slice(start, start + 2), 16);
    return [part(0), part(2), part(4)];
  });
}
