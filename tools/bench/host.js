// Has a device's calls of a step timed. Returns { fresh, calls, span, recording }: fresh()
// begins anew; then calls is how long WebGPU's own calls took between the first and the
// last of them that a step waits for, span the time from the one to the other, and
// recording that from a command encoder to its commands, which is done while the GPU works.
(device) => {
  const meter = {
    fresh() {
      Object.assign(meter, { calls: 0, span: 0, recording: 0, begun: 0 });
    },
  };
  function time(object, name) {
    const call = object[name];
    object[name] = function (...args) {
      const from = performance.now();
      meter.begun ||= from;
      const result = call.apply(this, args);
      const to = performance.now();
      meter.calls += to - from;
      meter.span = to - meter.begun;
      return result;
    };
  }
  time(device.queue, 'writeBuffer');
  time(device.queue, 'submit');
  time(GPUBuffer.prototype, 'mapAsync');

  let encoding = 0;
  const create = device.createCommandEncoder;
  device.createCommandEncoder = function (...args) {
    encoding = performance.now();
    return create.apply(this, args);
  };
  const finish = GPUCommandEncoder.prototype.finish;
  GPUCommandEncoder.prototype.finish = function (...args) {
    const commands = finish.apply(this, args);
    meter.recording = performance.now() - encoding;
    return commands;
  };
  meter.fresh();
  return meter;
}
