// Times each dispatch of a recording: counts[i] times in a row, in a pass of its
// own. Returns a promise of milliseconds for one each.
//
// With timestamp queries the GPU times the passes; queries are read in blocks,
// because a query set holds 4096. Without them each pass is a submit of its own
// that is waited for, and emptyMs, what a submit costs that does nothing, is taken off.
(device, replay, counts, timestamps) => {
  const { pipelines, bindGroups, list } = replay;
  const perBlock = 2048;

  function dispatch(pass, i) {
    pass.setPipeline(pipelines[list[5 * i]]);
    pass.setBindGroup(0, bindGroups[list[5 * i + 1]]);
    for (let n = 0; n < counts[i]; n++) pass.dispatchWorkgroups(list[5 * i + 2], list[5 * i + 3], list[5 * i + 4]);
  }

  async function byQueries(out, from, to) {
    const bytes = 16 * (to - from);
    const querySet = device.createQuerySet({ type: 'timestamp', count: 2 * (to - from) });
    const resolved = device.createBuffer({ size: bytes, usage: 0x0204 /* QUERY_RESOLVE | COPY_SRC */ });
    const readback = device.createBuffer({ size: bytes, usage: 0x0009 /* MAP_READ | COPY_DST */ });
    const encoder = device.createCommandEncoder();
    for (let i = from; i < to; i++) {
      const at = 2 * (i - from);
      const pass = encoder.beginComputePass({
        timestampWrites: { querySet, beginningOfPassWriteIndex: at, endOfPassWriteIndex: at + 1 },
      });
      dispatch(pass, i);
      pass.end();
    }
    encoder.resolveQuerySet(querySet, 0, 2 * (to - from), resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, readback, 0, bytes);
    device.queue.submit([encoder.finish()]);
    try {
      await readback.mapAsync(1);
      const ticks = new BigInt64Array(readback.getMappedRange());
      for (let i = from; i < to; i++) {
        const nanoseconds = Number(ticks[2 * (i - from) + 1] - ticks[2 * (i - from)]);
        out[i] = Math.max(0, nanoseconds) / 1e6 / counts[i];
      }
    } finally {
      for (const made of [querySet, resolved, readback]) made.destroy();
    }
  }

  async function submitted(i) {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    if (i !== undefined) dispatch(pass, i);
    pass.end();
    const begun = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return performance.now() - begun;
  }

  async function run() {
    const count = list.length / 5;
    const out = new Float64Array(count);
    if (timestamps) {
      for (let from = 0; from < count; from += perBlock) await byQueries(out, from, Math.min(count, from + perBlock));
      return out;
    }
    let emptyMs = Infinity;
    for (let n = 0; n < 5; n++) emptyMs = Math.min(emptyMs, await submitted());
    for (let i = 0; i < count; i++) out[i] = Math.max(0, (await submitted(i)) - emptyMs) / counts[i];
    return out;
  }
  return run();
}
