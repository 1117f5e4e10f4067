// Returns { start, cancel, error, … }. start() writes the inputs, replays the recorded
// dispatches, reads the outputs back and calls notify(); error is then null or why
// it failed. Nothing is called into Go but notify.
//
// list: Uint32Array, five numbers a dispatch: pipeline, bind group, workgroups x y z.
// costs: Float64Array, operations of each dispatch. inputs, outputs:
// [{ buffer, bytes: Uint8Array, wanted }]; an output that is not wanted is not read back.
// sliceMs: the longest that one submit should keep the GPU, 0 for a single submit.
(device, pipelines, bindGroups, list, costs, inputs, outputs, readback, sliceMs, notify) => {
  const queue = device.queue;
  const count = list.length / 5;
  let cancelled = false;
  let opsPerMs = 1e4; // learnt from the slices as they run

  function encode(encoder, from, to) {
    if (from === to) return;
    const pass = encoder.beginComputePass();
    let current = -1;
    for (let i = 5 * from; i < 5 * to; i += 5) {
      if (list[i] !== current) pass.setPipeline(pipelines[(current = list[i])]);
      pass.setBindGroup(0, bindGroups[list[i + 1]]);
      pass.dispatchWorkgroups(list[i + 2], list[i + 3], list[i + 4]);
    }
    pass.end();
  }

  // Submits all but the last slice; returns where that one begins.
  async function submitSlices() {
    let from = 0;
    for (;;) {
      let to = from;
      let cost = 0;
      do cost += costs[to++]; while (to < count && cost + costs[to] <= opsPerMs * sliceMs);
      if (to >= count || cancelled) return from;
      const encoder = device.createCommandEncoder();
      encode(encoder, from, to);
      const begun = performance.now();
      queue.submit([encoder.finish()]);
      await queue.onSubmittedWorkDone();
      opsPerMs = 0.5 * opsPerMs + 0.5 * cost / Math.max(0.1, performance.now() - begun);
      from = to;
    }
  }

  async function read() {
    if (!outputs.some(({ wanted }) => wanted)) return queue.onSubmittedWorkDone();
    await readback.mapAsync(1);
    const mapped = new Uint8Array(readback.getMappedRange());
    let offset = 0;
    for (const { bytes, wanted } of outputs) {
      if (!wanted) continue;
      bytes.set(mapped.subarray(offset, offset + bytes.length));
      offset += bytes.length;
    }
    readback.unmap();
  }

  function finish(from) {
    const encoder = device.createCommandEncoder();
    encode(encoder, from, count);
    let offset = 0;
    for (const { buffer, bytes, wanted } of outputs) {
      if (!wanted) continue;
      encoder.copyBufferToBuffer(buffer, 0, readback, offset, bytes.length);
      offset += bytes.length;
    }
    for (const { from, to, bytes } of replay.copies) encoder.copyBufferToBuffer(from, 0, to, 0, bytes);
    queue.submit([encoder.finish()]);
    return read();
  }

  const settle = (promise) => promise.then(notify, (reason) => {
    replay.error = String(reason?.message ?? reason);
    notify();
  });

  const replay = {
    pipelines, bindGroups, list, // for profile.js
    error: null,
    copies: [], // [{ from, to, bytes }]: states and what they become after a run
    poison: [], // buffers to fill before each run, for tests
    inputs,
    outputs,
    start() {
      replay.error = null;
      cancelled = false;
      try {
        for (const { buffer, bytes } of replay.poison) queue.writeBuffer(buffer, 0, bytes);
        for (const { buffer, bytes } of inputs) queue.writeBuffer(buffer, 0, bytes);
        settle(sliceMs > 0 && count > 0
          ? submitSlices().then((from) => (cancelled ? undefined : finish(from)))
          : finish(0));
      } catch (thrown) {
        settle(Promise.reject(thrown));
      }
    },
    cancel() {
      cancelled = true;
    },
  };
  return replay;
}
