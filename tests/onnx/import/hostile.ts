/**
 * ONNX files that have to be refused: a good one, exported by torch, with one thing made wrong; bytes that are none; and graphs that
 * are well formed and would take the memory or the time of the machine.
 */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  FunctionProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  SparseTensorProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType as Type,
  TensorProto_SegmentSchema,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TrainingInfoProtoSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from "../../../onnx/proto/onnx_pb.ts";

export interface Hostile {
  readonly what: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly query: string;
  readonly status: 400 | 422;
  /** Of the only fault, and what it says. */
  readonly path?: RegExp;
  readonly message: RegExp;
}

const FOLDER = new URL("./torch/", import.meta.url);
export const good = (name: string): Uint8Array<ArrayBuffer> => Deno.readFileSync(new URL(`${name}.onnx`, FOLDER));

type Change = (graph: GraphProto, model: ModelProto) => void;

/** [what, path, message, change] of the planar flow of torch. */
const CHANGES: readonly (readonly [string, RegExp, RegExp, Change])[] = [
  ["no opset", /^opset_import$/, /found none/, (_, m) => void (m.opsetImport = [])],
  ["an opset of another domain", /^opset_import$/, /evil/, (_, m) => void (m.opsetImport[0].domain = "evil.domain")],
  ["an opset of the far future", /^opset_import$/, /found 99999/, (_, m) => void (m.opsetImport[0].version = 99999n)],
  ["a negative opset", /^opset_import$/, /found -1/, (_, m) => void (m.opsetImport[0].version = -1n)],
  ["opset 3", /^opset_import$/, /from 7/, (_, m) => void (m.opsetImport[0].version = 3n)],
  [
    "two opsets",
    /^opset_import$/,
    /several/,
    (_, m) => void m.opsetImport.push(create(OperatorSetIdProtoSchema, { domain: "ai.onnx", version: 17n })),
  ],
  ["an unknown operator", /op_type$/, /"Backdoor" is not among/, (g) => void (g.node[3].opType = "Backdoor")],
  ["an operator without a name", /op_type$/, /"" is not among/, (g) => void (g.node[3].opType = "")],
  ["an operator of another domain", /domain$/, /com\.microsoft/, (g) => void (g.node[3].domain = "com.microsoft")],
  ["an operator of a domain of 100 kB", /domain$/, /ai\.onnx/, (g) => void (g.node[3].domain = "x".repeat(100_000))],
  ...["RandomNormal", "RandomUniform", "RandomNormalLike", "RandomUniformLike", "Multinomial", "Bernoulli"].map((
    op,
  ): [string, RegExp, RegExp, Change] => [op, /op_type$/, /noise an input/, (g) => void (g.node[3].opType = op)]),
  ...["If", "Loop", "Scan", "SequenceMap"].map((op): [string, RegExp, RegExp, Change] => [
    op,
    /op_type$/,
    /subgraph/,
    (g) => void (g.node[3].opType = op),
  ]),
  ...["SequenceConstruct", "OptionalGetElement", "StringConcat", "Gradient", "ImageDecoder", "TfIdfVectorizer"].map((
    op,
  ): [string, RegExp, RegExp, Change] => [op, /op_type$/, /not among/, (g) => void (g.node[3].opType = op)]),
  [
    "a subgraph in an innocent node",
    /attribute/,
    /subgraph/,
    (g) => void give(g.node[3], "body", { g: create(GraphProtoSchema) }),
  ],
  [
    "subgraphs in a list",
    /attribute/,
    /subgraph/,
    (g) => void give(g.node[3], "bodies", { graphs: [create(GraphProtoSchema), create(GraphProtoSchema)] }),
  ],
  ["a subgraph in a subgraph in a subgraph …", /^graph$/, /nested deeper/, (g) => {
    let inner = create(GraphProtoSchema);
    for (let depth = 0; depth < 50; depth++) {
      const node = create(NodeProtoSchema, { opType: "If" });
      give(node, "then_branch", { g: inner });
      inner = create(GraphProtoSchema, { node: [node] });
    }
    give(g.node[3], "body", { g: inner });
  }],
  ["an attribute given twice", /attribute/, /given twice/, (g) => {
    give(g.node[3], "axis", { type: AttributeType.INT, i: 0n });
    give(g.node[3], "axis", { type: AttributeType.INT, i: 1n });
  }],
  [
    "an attribute of a function",
    /attribute/,
    /refers to one/,
    (g) => void give(g.node[3], "axis", { refAttrName: "outer" }),
  ],
  [
    "a sparse attribute",
    /attribute/,
    /sparse/,
    (g) => void give(g.node[3], "sparse", { sparseTensor: create(SparseTensorProtoSchema) }),
  ],
  [
    "a type as an attribute",
    /attribute/,
    /types are not taken/,
    (g) => void give(g.node[3], "t", { tp: create(TypeProtoSchema) }),
  ],
  [
    "a function of its own",
    /^functions$/,
    /Inline/,
    (_, m) => void m.functions.push(create(FunctionProtoSchema, { name: "f", domain: "local" })),
  ],
  ["a function that calls itself", /^functions$/, /Inline/, (_, m) =>
    void m.functions.push(
      create(FunctionProtoSchema, {
        name: "f",
        domain: "local",
        node: [create(NodeProtoSchema, { opType: "f", domain: "local" })],
      }),
    )],
  [
    "training information",
    /^training_info$/,
    /found training/,
    (_, m) => void m.trainingInfo.push(create(TrainingInfoProtoSchema)),
  ],
  ["a cycle of two nodes", /input$/, /cycle/, (g) => void (g.node[2].input[0] = g.node[8].output[0])],
  ["a node that feeds itself", /input$/, /cycle/, (g) => void (g.node[2].input[0] = g.node[2].output[0])],
  ["nodes in the wrong order", /input$/, /cycle, or is not sorted/, (g) => void g.node.reverse()],
  ["an input that nothing gives", /input$/, /given by nothing/, (g) => void (g.node[2].input[0] = "nowhere")],
  ["an output that nothing gives", /^graph\.output/, /given by nothing/, (g) => void (g.output[0].name = "nowhere")],
  ["an output twice", /^graph\.output/, /is there twice/, (g) => void g.output.push(g.output[0])],
  ["a name given by two nodes", /output$/, /given twice/, (g) => void (g.node[5].output[0] = g.node[4].output[0])],
  [
    "a node that overwrites a weight",
    /output$/,
    /given twice/,
    (g) => void (g.node[5].output[0] = g.initializer[0].name),
  ],
  ["a node that overwrites the input", /output$/, /given twice/, (g) => void (g.node[5].output[0] = "z")],
  ["two inputs of one name", /input/, /given twice/, (g) => void g.input.push(g.input[0])],
  ["two weights of one name", /initializer/, /given twice/, (g) => void g.initializer.push(g.initializer[0])],
  ["an input without a name", /input.*name$/, /name/, (g) => void (g.input[0].name = "")],
  ["a name of a megabyte", /output$/, /at most 1024/, (g) => void (g.node[4].output[0] = "n".repeat(2 ** 20))],
  ["no input", /^graph\.input$/, /no input/, (g) => void (g.input = [])],
  ["no output", /^graph\.output$/, /no output/, (g) => void (g.output = [])],
  ["65 inputs more", /^graph\.input$/, /at most 64/, (g) => {
    for (let i = 0; i < 65; i++) g.input.push(value(`extra${i}`, Type.FLOAT, [-1, 2]));
  }],
  ["100,000 nodes", /^graph\.node$/, /at most 50000/, (g) => {
    for (let i = 0; i < 100_000; i++) {
      g.node.push(create(NodeProtoSchema, { opType: "Relu", input: ["z"], output: [`n${i}`] }));
    }
  }],
  ["external data", /^graph\.initializer\.0$/, /external data/, (g) => {
    g.initializer[0].dataLocation = TensorProto_DataLocation.EXTERNAL;
    g.initializer[0].externalData.push(create(StringStringEntryProtoSchema, { key: "location", value: "/etc/passwd" }));
    g.initializer[0].rawData = new Uint8Array();
  }],
  [
    "external data that hides",
    /^graph\.initializer\.0$/,
    /external data/,
    (g) =>
      void g.initializer[0].externalData.push(
        create(StringStringEntryProtoSchema, { key: "location", value: "../../x" }),
      ),
  ],
  ["external data in a constant", /attribute.*t$/, /external data/, (g) => {
    const tensor = g.node.find(({ opType }) => opType === "Constant")?.attribute[0].t;
    if (tensor) tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
  }],
  [
    "a weight cut short",
    /initializer\.0\.dims$/,
    /needs 16 values/,
    (g) => void (g.initializer[0].rawData = g.initializer[0].rawData.slice(4)),
  ],
  [
    "a weight without data",
    /initializer\.0\.dims$/,
    /has 0/,
    (g) => void (g.initializer[0].rawData = new Uint8Array()),
  ],
  [
    "half a number too much",
    /initializer\.0\.dims$/,
    /has 15\.5/,
    (g) => void (g.initializer[0].rawData = g.initializer[0].rawData.slice(2)),
  ],
  ["a huge weight", /dims$/, /at most 536870912/, (g) => void (g.initializer[0].dims = [1n << 40n, 1n << 20n])],
  [
    "dimensions that overflow 64 bits",
    /dims$/,
    /at most 536870912/,
    (g) => void (g.initializer[0].dims = Array(15).fill(1n << 29n)),
  ],
  ["a negative dimension", /dims$/, /0 or more/, (g) => void (g.initializer[0].dims = [-2n, -8n])],
  [
    "a thousand dimensions",
    /dims$/,
    /at most 16 dimensions/,
    (g) => void (g.initializer[0].dims = Array(1000).fill(1n)),
  ],
  [
    "data in two fields",
    /initializer\.0$/,
    /more than one field/,
    (g) => void (g.initializer[0].floatData = Array(16).fill(0)),
  ],
  ["data in the wrong field", /initializer\.0$/, /wrong one/, (g) => {
    g.initializer[0].rawData = new Uint8Array();
    g.initializer[0].int64Data = Array(16).fill(0n);
  }],
  [
    "a segment",
    /initializer\.0$/,
    /segment/,
    (g) => void (g.initializer[0].segment = create(TensorProto_SegmentSchema, { begin: 0n, end: 9n })),
  ],
  ...([["text", Type.STRING], ["complex numbers", Type.COMPLEX64], ["half precision", Type.FLOAT16], [
    "bfloat16",
    Type.BFLOAT16,
  ], [
    "no type",
    0,
  ], ["an unknown type", 77]] as [string, number][]).map(([what, type]): [string, RegExp, RegExp, Change] => [
    `a weight of ${what}`,
    /initializer\.0\.data_type$/,
    /expected float32/,
    (g) => void (g.initializer[0].dataType = type),
  ]),
  [
    "text in a weight",
    /initializer\.0$/,
    /of text/,
    (g) => void (g.initializer[0].stringData = [new Uint8Array([65])]),
  ],
  [
    "a sparse weight",
    /sparse_initializer$/,
    /sparse/,
    (g) => void g.sparseInitializer.push(create(SparseTensorProtoSchema)),
  ],
  ["an input of text", /elem_type$/, /expected float32/, (g) => void (g.input[0] = value("z", Type.STRING, [-1, 2]))],
  ["an input of integers", /^(z|graph)$/, /int64|type/, (g) => void (g.input[0] = value("z", Type.INT64, [-1, 2]))],
  [
    "a sequence as input",
    /type$/,
    /a sequence/,
    (g) => void (g.input[0].type = create(TypeProtoSchema, { value: { case: "sequenceType", value: {} } })),
  ],
  [
    "an optional input",
    /type$/,
    /an optional value/,
    (g) => void (g.input[0].type = create(TypeProtoSchema, { value: { case: "optionalType", value: {} } })),
  ],
  [
    "a map as output",
    /type$/,
    /a map/,
    (g) => void (g.output[0].type = create(TypeProtoSchema, { value: { case: "mapType", value: {} } })),
  ],
  ["an input of no type", /type$/, /of no type/, (g) => void (g.input[0].type = undefined)],
  ["an input of no shape", /shape$/, /does not tell its shape/, (g) => {
    g.input[0].type = create(TypeProtoSchema, { value: { case: "tensorType", value: { elemType: Type.FLOAT } } });
  }],
  ["an input of 2^62 columns", /shape$/, /at most/, (g) => void (g.input[0] = value("z", Type.FLOAT, [-1, 2 ** 62]))],
  [
    "an input of a billion columns",
    /shape$/,
    /at most/,
    (g) => void (g.input[0] = value("z", Type.FLOAT, [-1, 10 ** 9])),
  ],
  ["an input of −7 columns", /shape$/, /negative/, (g) => void (g.input[0] = value("z", Type.FLOAT, [-1, -7]))],
  [
    "an input of any number of columns",
    /./,
    /fixed|graph/,
    (g) => void (g.input[0] = value("z", Type.FLOAT, [-1, -1])),
  ],
  [
    "a fixed number of rows",
    /^inputs\.z$/,
    /dynamic first axis/,
    (g) => void (g.input[0] = value("z", Type.FLOAT, [16, 2])),
  ],
  [
    "other columns than the weights take",
    /^graph$/,
    /onnxruntime cannot/,
    (g) => void (g.input[0] = value("z", Type.FLOAT, [-1, 3])),
  ],
  ["an operator with too few inputs", /^graph$/, /onnxruntime cannot load/, (g) => {
    const node = g.node.find(({ opType }) => opType === "MatMul");
    if (node) node.input = [];
  }],
  ["weights that are not numbers", /^outputs$/, /not finite/, (g) => {
    const nan = new Float32Array(16).fill(NaN);
    g.initializer[0].rawData = new Uint8Array(nan.buffer);
  }],
  [
    "metadata of 2 MiB",
    /^metadata_props$/,
    /at most/,
    (_, m) => void m.metadataProps.push(create(StringStringEntryProtoSchema, { key: "k", value: "v".repeat(2 ** 21) })),
  ],
  ["a dropout in training", /^graph\.node/, /eval/, (g) => {
    g.node.push(create(NodeProtoSchema, { opType: "Dropout", input: ["z", "", "z"], output: ["dropped"] }));
  }],
];

export function hostileFiles(): Hostile[] {
  const planar = good("planar");
  const changed = CHANGES.map(([what, path, message, change]): Hostile => {
    const model = fromBinary(ModelProtoSchema, planar);
    if (!model.graph) throw new Error("the planar flow has no graph");
    change(model.graph, model);
    return { what, bytes: encoded(model), query: "base=normal", status: 422, path, message };
  });
  const unreadable = (what: string, bytes: Uint8Array<ArrayBuffer>, message = /not an ONNX model/): Hostile => {
    return { what, bytes, query: "base=normal", status: 400, message };
  };
  return [
    ...changed,
    ...bombs(),
    unreadable("no bytes", new Uint8Array(), /it is empty/),
    unreadable("zeros", new Uint8Array(1000)),
    unreadable("a model without a graph", encoded(create(ModelProtoSchema, { irVersion: 8n })), /no graph/),
    unreadable("text", new TextEncoder().encode("import torch\n".repeat(50))),
    unreadable("a PNG", new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d])),
    unreadable("groups in groups", new Uint8Array(100_000).fill(0x0b)),
    ...[1, 10, 100, 5000, 20_000].map((bytes) =>
      unreadable(`all but ${bytes} bytes of a model`, planar.slice(0, -bytes))
    ),
    ...[1, 2, 3, 4, 5].map((seed) => unreadable(`random bytes ${seed}`, noise(seed, 4096))),
  ];
}

/** Small files that ask for the memory of the machine. */
function bombs(): Hostile[] {
  const constant = (name: string, values: bigint[]) =>
    create(TensorProtoSchema, { name, dataType: Type.INT64, dims: [BigInt(values.length)], int64Data: values });
  const model = (node: NodeProto[], initializer: GraphProto["initializer"], columns = 2) =>
    encoded(create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [{ domain: "", version: 17n }],
      graph: {
        name: "bomb",
        node,
        initializer,
        input: [value("z", Type.FLOAT, [-1, columns])],
        output: [value("x", Type.FLOAT, [-1, columns])],
      },
    }));
  const tile = [
    create(NodeProtoSchema, { opType: "ConstantOfShape", input: ["shape"], output: ["huge"] }),
    create(NodeProtoSchema, { opType: "ReduceSum", input: ["huge"], output: ["sum"] }),
    create(NodeProtoSchema, { opType: "Add", input: ["z", "sum"], output: ["x"] }),
  ];
  const doubling = Array.from({ length: 40 }, (_, i) =>
    create(NodeProtoSchema, {
      opType: "Concat",
      input: [i === 0 ? "z" : `d${i - 1}`, i === 0 ? "z" : `d${i - 1}`],
      output: [i === 39 ? "x" : `d${i}`],
      attribute: [create(AttributeProtoSchema, { name: "axis", type: AttributeType.INT, i: 0n })],
    }));
  return [
    {
      what: "a constant of a terabyte",
      bytes: model(tile, [constant("shape", [1n << 20n, 1n << 18n])]),
      query: "base=normal",
      status: 422,
      path: /^graph$/,
      message: /onnxruntime cannot|process that checked/,
    },
    {
      what: "rows doubled forty times",
      bytes: model(doubling, []),
      query: "base=normal",
      status: 422,
      path: /./,
      message: /onnxruntime cannot|process that checked/,
    },
  ];
}

function give(node: NodeProto, name: string, value: Parameters<typeof create<typeof AttributeProtoSchema>>[1]): void {
  node.attribute.push(create(AttributeProtoSchema, { ...value, name }));
}

export function value(name: string, elemType: number, dims: readonly number[]) {
  const dim = dims.map((size) =>
    create(TensorShapeProto_DimensionSchema, {
      value: size === -1 ? { case: "dimParam", value: "batch" } : { case: "dimValue", value: BigInt(size) },
    })
  );
  const shape = create(TensorShapeProtoSchema, { dim });
  return create(ValueInfoProtoSchema, { name, type: { value: { case: "tensorType", value: { elemType, shape } } } });
}

function encoded(model: ModelProto): Uint8Array<ArrayBuffer> {
  return new Uint8Array(toBinary(ModelProtoSchema, model));
}

/** Bytes of a linear congruential generator. */
export function noise(seed: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}
