/** The spectrum of NICE: what its rescaling says of which latent dimensions carry the variation of the data. */
import { InputError } from "../../numerics/errors.ts";
import type { TrainedParameters } from "../../models/training/training.ts";
import { linePlot } from "./line_plot.ts";

/** exp(−s) of each latent dimension, the largest first. Throws InputError where the flow has no rescaling. */
export function spectrumOf({ config, arrays }: TrainedParameters): Float64Array {
  // The rescaling of NICE is the first layer from the noise.
  const scale = arrays["layers[0].logScale"];
  if (config.kind !== "flow" || !isNice(config.flow) || !scale) {
    throw new InputError("", `a spectrum is that of NICE's rescaling; this model has none. Train one of kind nice.`);
  }
  return Float64Array.from(scale.values, (s) => Math.exp(-s)).sort().reverse();
}

/** An SVG document. */
export function spectrumPlot(trained: TrainedParameters): string {
  const y = spectrumOf(trained);
  return linePlot({
    title: `Spectrum of NICE: ${y.length} latent dimensions`,
    x: { label: "latent dimension, in the order of its scale", range: [1, Math.max(2, y.length)] },
    y: { label: "exp(−s)", logarithmic: true },
    series: [{ name: "exp(−s)", x: y.map((_, index) => index + 1), y, marked: y.length <= 64 }],
  });
}

function isNice(flow: unknown): boolean {
  return typeof flow === "object" && flow !== null && "kind" in flow && flow.kind === "nice";
}
