/** What the coordinator and a process that runs graphs at once say to each other: frames, whose payload is bytes of tensors or of a graph. */

/** A tensor of a frame; its bytes are `bytes` of the payload, after those of the tensors before it. */
export interface TensorHead {
  readonly name: string;
  /** `float32`, `int64` …; bool is a byte each. */
  readonly type: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

export type ToInference =
  /** The graph of a hash, before the first run of it. */
  | { readonly type: "open"; readonly sha256: string }
  | { readonly type: "close"; readonly sha256: string }
  | {
    readonly type: "run";
    readonly sha256: string;
    readonly inputs: readonly TensorHead[];
    readonly outputs: readonly string[];
  };

/** One answer to each `run`. */
export type FromInference =
  | { readonly type: "result"; readonly outputs: readonly TensorHead[] }
  | { readonly type: "failed"; readonly message: string };
