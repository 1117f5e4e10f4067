// Rows as text.

/** Columns of [title, cell of a row] as lines; a column without any cell is left out. */
function format(rows, columns) {
  const cells = [columns.map(([name]) => name), ...rows.map((r) => columns.map(([, cell]) => String(cell(r) ?? '')))];
  const used = columns.map((_, c) => cells.slice(1).some((line) => line[c] !== ''));
  const widths = columns.map((_, c) => Math.max(...cells.map((line) => line[c].length)));
  return cells.map((line) => line.map((cell, c) => cell.padEnd(widths[c])).filter((_, c) => used[c]).join('  ').trimEnd()).join('\n');
}

const fixed = (digits) => (v) => (v ? v.toFixed(digits) : '');
const times = (ratio) => (Number.isFinite(ratio) ? `${ratio.toFixed(2)}×` : '');

/** How many times the time of a peer, in the same run, a row's is less. */
const faster = (rows, row, like) => {
  const peer = rows.find((r) => r.case === row.case && r.batch === row.batch && r.size === row.size && like(r));
  return row.engine.startsWith('unnoise') && peer?.ms_median ? times(peer.ms_median / row.ms_median) : '';
};

/** The reference network in every engine. */
export function comparison(rows) {
  const chosen = rows.filter((r) => r.case === 'reference-unet');
  const against = (engine, sameAdapter = true) => (r) =>
    faster(chosen, r, (p) => p.engine === engine && (!sameAdapter || p.adapter === r.adapter));
  return format(chosen, [
    ['adapter', (r) => r.adapter],
    ['engine', (r) => r.engine],
    ['batch', (r) => r.batch],
    ['size', (r) => r.size],
    ['median ms', (r) => fixed(1)(r.ms_median)],
    ['min ms', (r) => fixed(1)(r.ms_min)],
    ['dispatches', (r) => r.dispatches],
    ['GFLOP/s', (r) => fixed(2)(r.gflops)],
    ['error', (r) => r.relative_error?.toExponential(1)],
    ['against ort-webgpu', against('ort-webgpu')],
    ['tfjs-webgpu', against('tfjs-webgpu')],
    ['ort-wasm', against('ort-wasm', false)],
    ['note', (r) => r.note],
  ]);
}

/** Each kernel's share of a step of the reference network. */
export function kernels(rows) {
  return format(rows.filter((r) => r.case.startsWith('op ')), [
    ['adapter', (r) => r.adapter],
    ['engine', (r) => r.engine],
    ['operation/kernel', (r) => r.case.slice(3)],
    ['dispatches', (r) => r.dispatches],
    ['ms', (r) => fixed(2)(r.ms_min)],
    ['% of step', (r) => fixed(1)(r.percent_of_step)],
    ['GFLOP/s', (r) => fixed(2)(r.gflops)],
    ['GB/s', (r) => fixed(2)(r.gb_per_s)],
    ['bound by', (r) => r.bound],
    ['% of peak', (r) => fixed(0)(r.percent_of_peak)],
  ]);
}

/** Everything else: the shipped model, the peaks, the host's work. */
export function shipped(rows) {
  const chosen = rows.filter((r) => r.case !== 'reference-unet' && !r.case.startsWith('op '));
  return format(chosen, [
    ['adapter', (r) => r.adapter],
    ['engine', (r) => r.engine],
    ['case', (r) => r.case],
    ['batch', (r) => r.batch || ''],
    ['median ms', (r) => fixed(2)(r.ms_median)],
    ['min ms', (r) => fixed(2)(r.ms_min)],
    ['dispatches', (r) => r.dispatches],
    ['GFLOP/s', (r) => fixed(2)(r.gflops)],
    ['% of peak', (r) => fixed(0)(r.percent_of_peak)],
    ['GB/s', (r) => fixed(2)(r.gb_per_s)],
    ['against CPU', (r) => {
      const cpu = chosen.find((c) => c.adapter === 'cpu' && c.case === 'fashion-step' && c.batch === r.batch);
      return cpu && r.case.startsWith('fashion-step') && r.adapter !== 'cpu' ? times(cpu.ms_median / r.ms_median) : '';
    }],
    ['note', (r) => r.note],
  ]);
}
