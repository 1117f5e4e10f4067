// Draws the kernels of a step under a device's roofline (Williams, Waterman & Patterson
// 2009), as SVG. What it shows stands in a table beside it.

const svg = (name, attributes = {}, ...children) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

/** A kernel with less of a step than this has no dot, percent. */
const leastShare = 0.05;

/** Powers of ten from below the least to above the greatest. */
const decades = (values) => [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];

/** A power of ten as people write it. */
const power = (exponent) => (exponent < 0 ? `0.${'0'.repeat(-exponent - 1)}1` : String(10 ** exponent));

/**
 * @param {{fma_per_s: number, bytes_per_s: number}} roof
 * @param {{kind, kernel, ms, percent_of_step, gflops, flop_per_byte, percent_of_peak}[]} ops
 * @param {boolean} narrow  for a small screen: fewer names, another shape
 * @returns {SVGElement}
 */
export function drawRoofline(roof, ops, narrow) {
  const [width, height] = narrow ? [460, 380] : [820, 400];
  const edge = { left: 54, right: 16, top: 14, bottom: 44 };
  // What takes next to no time is timed too roughly to say anything.
  const shown = ops.filter((op) => op.flop_per_byte > 0 && op.gflops > 0 && op.percent_of_step >= leastShare);
  const peak = roof.fma_per_s / 1e9;
  const ridge = roof.fma_per_s / roof.bytes_per_s;
  const [x0, x1] = decades([...shown.map((op) => op.flop_per_byte), ridge / 3, ridge * 3]);
  const [y0, y1] = decades([...shown.map((op) => op.gflops), peak / 10, peak * 1.2]);
  const x = (v) => edge.left + ((Math.log10(v) - x0) / (x1 - x0)) * (width - edge.left - edge.right);
  const y = (v) => height - edge.bottom - ((Math.log10(v) - y0) / (y1 - y0)) * (height - edge.top - edge.bottom);

  const picture = svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': describe(roof, shown) });
  for (let e = x0; e <= x1; e++) {
    picture.append(svg('path', { class: 'grid', d: `M${x(10 ** e)} ${edge.top}V${height - edge.bottom}` }),
      svg('text', { x: x(10 ** e), y: height - edge.bottom + 18, 'text-anchor': 'middle' }, power(e)));
  }
  for (let e = y0; e <= y1; e++) {
    picture.append(svg('path', { class: 'grid', d: `M${edge.left} ${y(10 ** e)}H${width - edge.right}` }),
      svg('text', { x: edge.left - 8, y: y(10 ** e) + 4, 'text-anchor': 'end' }, power(e)));
  }
  picture.append(svg('text', { x: width - edge.right, y: height - 6, 'text-anchor': 'end' }, 'operations per byte'),
    svg('text', { x: edge.left + 8, y: edge.top + (narrow ? 16 : 13) }, 'GFLOP/s'));

  // The slope begins where it leaves the plot.
  const low = Math.max(10 ** x0, (10 ** y0 * 1e9) / roof.bytes_per_s);
  picture.append(svg('path', { class: 'roof', d: `M${x(low)} ${y((low * roof.bytes_per_s) / 1e9)}L${x(ridge)} ${y(peak)}H${x(10 ** x1)}` }));

  const placed = [];
  shown.forEach((op, rank) => {
    const at = { x: x(op.flop_per_byte), y: y(op.gflops), r: 4 + 2.2 * Math.sqrt(op.percent_of_step) };
    picture.append(svg('circle', { cx: at.x, cy: at.y, r: at.r }, svg('title', {},
      `${op.kernel} (${op.kind}): ${op.percent_of_step.toFixed(1)} % of a step, ${op.percent_of_peak.toFixed(0)} % of peak`)));
    if (rank < (narrow ? 3 : 6)) placed.push({ ...at, name: nameOf(op, ops) });
  });
  picture.append(...labels(placed, width - edge.right, narrow ? 16 : 12));
  return picture;
}

/** A kernel's name, with its operation where several use the kernel. */
const nameOf = ({ kind, kernel }, ops) => (ops.filter((op) => op.kernel === kernel).length > 1 ? `${kind}: ${kernel}` : kernel);

/** The names of dots, beside them and clear of each other. */
function labels(dots, right, size) {
  const taken = [];
  return dots.flatMap((dot) => {
    const wide = dot.name.length * size * 0.56;
    const flip = dot.x + dot.r + 5 + wide > right;
    const from = flip ? dot.x - dot.r - 5 - wide : dot.x + dot.r + 5;
    for (const shift of [0, size + 3, -size - 3, 2 * size + 6, -2 * size - 6]) {
      const line = dot.y + 4 + shift;
      const clash = taken.some((t) => from < t.to && from + wide > t.from && Math.abs(line - t.line) < size + 1);
      if (clash) continue;
      taken.push({ from, to: from + wide, line });
      return [svg('text', { class: 'name', x: flip ? from + wide : from, y: line, 'text-anchor': flip ? 'end' : 'start' }, dot.name)];
    }
    return [];
  });
}

function describe(roof, ops) {
  const top = ops[0];
  return `Roofline: peak ${(roof.fma_per_s / 1e9).toPrecision(3)} GFLOP/s, ${(roof.bytes_per_s / 1e9).toPrecision(3)} GB/s. ` +
    (top ? `${ops.length} kernels; the longest, ${top.kernel}, takes ${top.percent_of_step.toFixed(0)} % of a step at ${top.percent_of_peak.toFixed(0)} % of the peak. ` : '') +
    'The table below has the same figures.';
}
