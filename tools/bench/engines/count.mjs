// Counts the compute dispatches that whoever uses this realm's WebGPU records.

/** @returns {() => number} the dispatches since the last call */
export function countDispatches() {
  let count = 0;
  const prototype = globalThis.GPUComputePassEncoder?.prototype;
  for (const name of prototype ? ['dispatchWorkgroups', 'dispatchWorkgroupsIndirect'] : []) {
    const real = prototype[name];
    prototype[name] = function (...args) {
      count++;
      return real.apply(this, args);
    };
  }
  return () => {
    const counted = count;
    count = 0;
    return counted;
  };
}
