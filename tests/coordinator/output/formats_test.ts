import assert from "node:assert/strict";
import { messagePack } from "../../../coordinator/output/message_pack.ts";
import { outputFormats } from "../../../coordinator/output/formats.ts";
import type { OutputFormat } from "../../../coordinator/output/format.ts";
import { collect, context, ExampleDraws, stoppedClock } from "./example.ts";

const formats: OutputFormat[] = [...Object.values(outputFormats), messagePack];

for (const format of formats) {
  const { name } = format;

  Deno.test(`${name}: the same draws give the same bytes, as many as were announced`, async () => {
    using _ = stoppedClock();
    const first = await collect(format.stream(new ExampleDraws(), context));
    const second = await collect(format.stream(new ExampleDraws(), context));
    assert.deepEqual(first, second);
    if (format.length) assert.equal(format.length(new ExampleDraws(), context), first.byteLength);
  });

  Deno.test(`${name}: the reader is closed at the end, at a cancel, at an abort and at an error`, async () => {
    const whole = new ExampleDraws();
    await collect(format.stream(whole, context));
    assert.equal(whole.closed, 1);

    const unread = new ExampleDraws();
    await format.stream(unread, context).cancel();
    assert.equal(unread.closed, 1);

    const cancelled = new ExampleDraws();
    const reader = format.stream(cancelled, context).getReader();
    await reader.read();
    await reader.cancel();
    assert.equal(cancelled.closed, 1);

    const aborted = new ExampleDraws();
    const signal = AbortSignal.abort(new Error("enough"));
    await assert.rejects(collect(format.stream(aborted, { ...context, signal })), /enough/);
    assert.equal(aborted.closed, 1);

    const broken = new ExampleDraws();
    broken.brokenBlock = 4;
    await assert.rejects(collect(format.stream(broken, context)), /a broken block/);
    assert.equal(broken.closed, 1);
  });

  Deno.test(`${name}: draws are read only as the stream is, and chunks stay small`, async () => {
    const draws = new ExampleDraws({
      chains: 1,
      draws: 300_000,
      blockDraws: 3_000,
      variables: [{ name: "a", shape: [] }, { name: "b", shape: [2] }],
    });
    const stream = format.stream(draws, context);
    await new Promise((resolve) => setTimeout(resolve, 1));
    assert.equal(draws.blocksRead, 0);

    const reader = stream.getReader();
    let largest = 0;
    for (let i = 0; i < 4; i++) {
      const { value } = await reader.read();
      largest = Math.max(largest, value?.byteLength ?? 0);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
    // 4 chunks of at most 2^17 numbers are 4 × 44 blocks of one value. HDF5 seeks: its file is made before the first chunk.
    if (name !== "netcdf") assert.ok(draws.blocksRead < 180, `${draws.blocksRead} blocks were read for four chunks`);
    for (let chunk; !(chunk = await reader.read()).done;) largest = Math.max(largest, chunk.value.byteLength);
    assert.ok(largest <= 2 << 20, `the largest chunk has ${largest} bytes`);
  });
}

for (const format of formats.filter(({ name }) => name !== "arrow")) {
  Deno.test(`${format.name}: bytes do not depend on where blocks begin`, async () => {
    using _ = stoppedClock();
    const bytes = await Promise.all(
      [1, 7, 25].map((blockDraws) => collect(format.stream(new ExampleDraws({ blockDraws }), context))),
    );
    assert.deepEqual(bytes[1], bytes[0]);
    assert.deepEqual(bytes[2], bytes[0]);
  });
}
