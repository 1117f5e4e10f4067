// Returns { start, cancel, check, error, … }. start() writes the inputs, replays the recorded
// dispatches, reads the outputs back and calls notify(); error is then null or why
// it failed. Nothing is called into Go but notify.
//
// list: Uint32Array, five numbers a dispatch: pipeline, bind group, workgroups x y z.
// costs: Float64Array, operations of each dispatch. inputs: [{ bytes }], parts of the
// Uint8Array packed, which is written to the buffer written. outputs:
// [{ buffer, offset, bytes: Uint8Array, wanted }]; one that is not wanted is not read back.
// sliceMs: the longest that one submit should keep the GPU, 0 for a single submit.
//
// Commands are recorded while the GPU works: a slice while the one before it runs, and
// the first of a run while the run before it does.
(device, pipelines, bindGroups, list, costs, written, packed, inputs, outputs, readback, sliceMs, notify) => {
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
      const x = list[i + 2], y = list[i + 3], z = list[i + 4];
      if (y === 1 && z === 1) pass.dispatchWorkgroups(x); // each argument costs
      else pass.dispatchWorkgroups(x, y, z);
    }
    pass.end();
  }

  // Records the slice that begins there, or all that is left; the last one reads the
  // outputs back too.
  function record(from, whole = sliceMs === 0) {
    let to = count;
    let cost = 0;
    if (!whole && count > 0) {
      to = from;
      do cost += costs[to++]; while (to < count && cost + costs[to] <= opsPerMs * sliceMs);
    }
    const encoder = device.createCommandEncoder();
    encode(encoder, from, to);
    const last = to >= count;
    if (last) {
      let offset = 0;
      for (const { buffer, offset: first, bytes, wanted } of outputs) {
        if (!wanted) continue;
        encoder.copyBufferToBuffer(buffer, first, readback, offset, bytes.length);
        offset += bytes.length;
      }
      for (const { from, offset, to, bytes } of replay.copies) encoder.copyBufferToBuffer(from, offset, to, 0, bytes);
    }
    return { commands: encoder.finish(), to, cost, last, wanted: last ? wantedNow() : '' };
  }

  const wantedNow = () => outputs.map(({ wanted }) => (wanted ? 1 : 0)).join('');

  let first = null; // the first slice of the next run, already recorded

  function takeFirst() {
    const slice = first;
    first = null;
    return slice && (!slice.last || slice.wanted === wantedNow()) ? slice : record(0);
  }

  // Records the first slice of the next run when whoever called start() waits.
  const prepare = () => queueMicrotask(() => {
    if (replay.ahead && !cancelled) first = record(0);
  });

  // Submits the slices one after another. The first is submitted at once.
  async function submitAll() {
    let slice = takeFirst();
    for (;;) {
      const begun = performance.now();
      queue.submit([slice.commands]);
      if (slice.last) {
        prepare();
        return read();
      }
      const next = record(slice.to);
      await queue.onSubmittedWorkDone();
      opsPerMs = 0.5 * opsPerMs + 0.5 * slice.cost / Math.max(0.1, performance.now() - begun);
      if (cancelled) return undefined;
      slice = next;
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

  const settle = (promise) => promise.then(notify, (reason) => {
    replay.error = String(reason?.message ?? reason);
    notify();
  });

  const replay = {
    pipelines, bindGroups, list, // for profile.js
    error: null,
    ahead: true, // record the next run's commands while this one works
    copies: [], // [{ from, offset, to, bytes }]: states and what they become after a run
    poison: [], // buffers to fill before each run, for tests
    inputs,
    outputs,
    start() {
      replay.error = null;
      cancelled = false;
      try {
        for (const { buffer, bytes } of replay.poison) queue.writeBuffer(buffer, 0, bytes);
        if (written) queue.writeBuffer(written, 0, packed);
        settle(submitAll());
      } catch (thrown) {
        settle(Promise.reject(thrown));
      }
    },
    cancel() {
      cancelled = true;
    },
    // Records all of a run and submits nothing: an error scope around it hears whether
    // a run is valid, where one that is not would leave the outputs as they were.
    check() {
      const all = record(0, true);
      if (sliceMs === 0) first = all;
    },
  };
  return replay;
}
