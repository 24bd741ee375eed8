/** The bodies of the Open Inference Protocol, version 2. */
import { z } from "zod";

const Parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const Size = z.int().min(0).max(2 ** 31 - 1);
const BinarySize = Size.describe("Bytes of the tensor behind the JSON; there is no `data` then.");
const InputParameters = z.intersection(Parameters, z.looseObject({ binary_data_size: BinarySize.optional() }));
const OutputParameters = z.intersection(Parameters, z.looseObject({ binary_data: z.boolean().optional() }));

const Data: z.ZodType<unknown[]> = z.array(z.unknown()).meta({
  description: "The values, row-major, nested or not. In an answer a number that is not finite is null.",
});

export const InferenceRequest = z.strictObject({
  id: z.string().max(1000).optional(),
  parameters: z.intersection(Parameters, z.looseObject({ binary_data_output: z.boolean().optional() })).optional(),
  inputs: z.array(z.strictObject({
    name: z.string(),
    shape: z.array(Size).max(16),
    datatype: z.string().describe("`FP32`, `FP64`, `INT64`, `BOOL` …"),
    parameters: InputParameters.optional(),
    data: Data.optional(),
  })).min(1).max(64),
  outputs: z.array(z.strictObject({ name: z.string(), parameters: OutputParameters.optional() })).max(64).optional()
    .describe("All where absent."),
}).meta({ id: "InferenceRequest" });
export type InferenceRequest = z.infer<typeof InferenceRequest>;

export const InferenceResponse = z.strictObject({
  model_name: z.string(),
  model_version: z.string(),
  id: z.string().optional(),
  outputs: z.array(z.strictObject({
    name: z.string(),
    shape: z.array(z.int()),
    datatype: z.string(),
    parameters: Parameters.optional(),
    data: Data.optional(),
  })),
}).meta({ id: "InferenceResponse" });
export type InferenceResponse = z.infer<typeof InferenceResponse>;

export const InferenceError = z.strictObject({
  error: z.string().describe("What was expected, what was found, what to do; a line for each fault."),
}).meta({ id: "InferenceError" });
export type InferenceError = z.infer<typeof InferenceError>;

const TensorMetadata = z.strictObject({ name: z.string(), datatype: z.string(), shape: z.array(z.int()) });

export const InferenceMetadata = z.strictObject({
  name: z.string(),
  versions: z.array(z.string()).describe("Of a flow `forward` and `inverse`, those that are there; else `1`."),
  platform: z.string(),
  inputs: z.array(TensorMetadata),
  outputs: z.array(TensorMetadata),
}).meta({ id: "InferenceMetadata" });
export type InferenceMetadata = z.infer<typeof InferenceMetadata>;
