// Reads float32 tensors of a safetensors file: eight bytes with the length of a JSON
// header, the header, the values (https://huggingface.co/docs/safetensors).

/**
 * @param {Uint8Array} bytes
 * @returns {Map<string, {shape: number[], values: Float32Array}>}
 */
export function readSafetensors(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes)));
  const tensors = new Map();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    if (entry.dtype !== 'F32') throw new Error(`tensor ${name} is ${entry.dtype}, expected F32`);
    const [from, to] = entry.data_offsets.map((offset) => 8 + headerBytes + offset);
    tensors.set(name, { shape: entry.shape, values: new Float32Array(bytes.slice(from, to).buffer) });
  }
  return tensors;
}
