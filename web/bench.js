// The benchmark's page: asks the engine to measure, shows what comes, and hands out
// the figures in the form of tools/bench/latest.json.
import { Engine } from './bench_engine.js';
import { keepOffline } from './offline.js';
import { drawRoofline } from './roofline.js';

const element = (id) => document.getElementById(id);
const body = document.body;
/** Two or three digits, as people write them. */
const digits = (value) => (value ? (value >= 100 ? value.toFixed(0) : Number(value.toPrecision(value < 1 ? 2 : 3)).toString()) : '');
const percent = (value) => (value ? `${value < 0.05 ? '< 0.1' : value.toFixed(value < 9.95 ? 1 : 0)} %` : '');
const milliseconds = (ms) => (ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${ms.toFixed(ms < 10 ? 2 : 1)} ms`);

/** What has been measured; the page is drawn from it. */
let results;
let engine;
let run = 0;

const words = {
  quick: 'One picture at once: under a minute on most devices.',
  thorough: 'Up to 16 pictures at once and larger ones, with the fastest kernels chosen before: some minutes.',
};

function showNotice(text, hint = '') {
  element('notice').hidden = !text;
  element('notice-text').textContent = text;
  element('notice-hint').textContent = hint;
}

function setState(state) {
  body.dataset.state = state;
  const measuring = state === 'measuring';
  element('start').disabled = measuring;
  element('stop').hidden = !measuring;
  element('progress').hidden = !measuring;
  for (const radio of document.getElementsByName('effort')) radio.disabled = measuring;
}

function say(text) { element('live').textContent = text; }

function progress(text, done, total) {
  element('progress-text').textContent = text;
  if (total) element('progress-bar').value = done / total;
  else element('progress-bar').removeAttribute('value');
}

/** Begins a measurement, in a fresh engine. */
async function measure(quick) {
  const id = ++run;
  engine?.end();
  results = { date: new Date().toISOString(), tier: '', rows: [], ops: {} };
  showNotice('');
  draw();
  setState('measuring');
  progress('Starting the engine');
  say('Measuring.');
  try {
    engine = new Engine((kind, message) => { if (id === run) hear(kind, message); });
    const own = engine;
    await own.wait('listening');
    own.post('open', { Tier: new URL(location).searchParams.get('tier') ?? '' });
    await own.wait('ready');
    await loadModel(own);
    own.post('measure', { RunID: id, Quick: quick });
    await own.wait('done');
    if (id !== run) return;
    setState('done');
    say(summary());
  } catch (error) {
    if (id !== run) return;
    setState('failed');
    showNotice(error.message);
  }
  engine.end(); // its memory is the visitor's again
}

/** The shipped model; where it cannot be had, the reference network is measured alone. */
async function loadModel(own) {
  try {
    const response = await fetch(new URL('models/index.json', import.meta.url));
    const [model] = (await response.json()).models;
    own.post('load', { ID: model.id, URL: new URL(`models/${model.file}`, import.meta.url).href, SHA256: model.sha256, Size: model.size });
    await own.wait('loaded');
  } catch (error) {
    showNotice('The exhibits’ model could not be loaded, so only the reference network is measured.', error.message);
  }
}

function hear(kind, message) {
  switch (kind) {
    case 'loading':
      progress(`Loading the engine: ${(message.loading.done / 1e6).toFixed(1)} MB`, message.loading.done, message.loading.total);
      break;
    case 'ready':
      results.tier = message.Tier;
      results.adapter = message.Adapter;
      showTier(message);
      break;
    case 'measuring':
      progress(`${message.What} (${message.Done + 1} of ${message.Total})`, message.Done, message.Total);
      break;
    case 'measured':
      results.device ??= message.Device;
      results.roof ??= message.Roof;
      results.rows.push(...(message.Rows ?? []));
      if (message.Ops?.length) results.ops[message.Engine] = message.Ops;
      draw();
  }
}

function showTier({ Tier, Adapter, Software, Reason }) {
  body.dataset.tier = Tier;
  element('tier-name').textContent = Tier === 'webgpu' ? Adapter : 'CPU';
  if (Tier === 'cpu') showNotice(Reason, 'The figures below are of the CPU: one thread, without vector instructions.');
  else if (Software) showNotice('This adapter is a program that runs on the CPU, so the figures are not of a GPU.');
}

function stop() {
  run++;
  engine?.end();
  setState('stopped');
  say('Stopped.');
}

function summary() {
  const row = results.rows.find((r) => r.case === 'reference-unet');
  return row ? `Done. A step of the reference network takes ${milliseconds(row.ms_median)}.` : 'Done.';
}

/** A row of a table: the first cell heads it. */
function line(cells, texts = 1) {
  const tr = document.createElement('tr');
  cells.forEach((text, i) => {
    const cell = document.createElement(i === 0 ? 'th' : 'td');
    if (i === 0) cell.scope = 'row';
    if (i < texts) cell.className = 'text';
    cell.textContent = text;
    tr.append(cell);
  });
  return tr;
}

const names = { 'reference-unet': 'Reference' };
const nameOf = ({ case: name, size }) => `${names[name] ?? name.replace(/-step$/, '').replace(/^./, (c) => c.toUpperCase())} ${size}×${size}`;

function draw() {
  const { rows, ops, roof, device } = results;
  const steps = rows.filter((r) => !r.case.startsWith('peak-'));
  element('results').hidden = steps.length === 0;
  element('rows').replaceChildren(...steps.map((r) => line([
    nameOf(r), r.batch, r.engine.replace('unnoise-', ''), milliseconds(r.ms_median), milliseconds(r.ms_min),
    r.dispatches ?? '', digits(r.gflops), percent(r.percent_of_peak),
  ])));
  drawOps(Object.keys(ops), roof);
  element('device').hidden = !device;
  if (device) element('facts').replaceChildren(...facts(device, roof).map((cells) => line(cells, 2)));
}

function facts(device, roof) {
  const peaks = roof ? [['Arithmetic, measured', `${(roof.fma_per_s / 1e9).toPrecision(4)} GFLOP/s`], ['Memory, measured', `${(roof.bytes_per_s / 1e9).toPrecision(4)} GB/s`]] : [];
  return [
    ['Adapter', device.Name], ['Vendor', device.Vendor], ['Architecture', device.Architecture],
    ['Computed by', device.Software ? 'a program on the CPU' : 'a GPU'], ...peaks,
    ['Features', device.Features.join(', ') || 'none of those of use here'],
    ...device.Limits.map(({ Name, Value }) => [Name, Value.toLocaleString('en')]),
  ].filter(([, value]) => value);
}

const narrow = matchMedia('(max-width: 699px)');

/** The kernels in the precision chosen, as a plot and as a table. */
function drawOps(engines, roof) {
  element('roofline').hidden = engines.length === 0 || !roof;
  if (element('roofline').hidden) return;
  if (!engines.includes(results.shown)) results.shown = engines[0];
  element('engines').hidden = engines.length < 2;
  element('engines').replaceChildren(...engines.map(choice));
  const ops = results.ops[results.shown];
  element('plot').replaceChildren(drawRoofline(roof, ops, narrow.matches));
  element('plot-caption').textContent = `${results.adapter}, ${results.shown.replace('unnoise-', '')}: each dot is a kernel.`;
  element('ops').replaceChildren(...ops.map((op) => line([
    op.kind, op.kernel, op.dispatches, milliseconds(op.ms), percent(op.percent_of_step), digits(op.gflops), digits(op.gb_per_s),
    digits(op.flop_per_byte), op.bound, percent(op.percent_of_peak),
  ], 2)));
}

function choice(name) {
  const label = document.createElement('label');
  const input = Object.assign(document.createElement('input'), { type: 'radio', name: 'precision', checked: name === results.shown });
  input.addEventListener('change', () => {
    results.shown = name;
    draw();
    document.querySelector('#engines input:checked').focus();
  });
  const text = document.createElement('span');
  text.textContent = name.replace('unnoise-', '');
  label.append(input, text);
  return label;
}

/** The figures in the form of tools/bench/latest.json. */
function report() {
  const kernels = Object.entries(results.ops).flatMap(([engine, ops]) => ops.map(({ kind, kernel, ms, flop_per_byte, ...op }) => ({
    case: `op ${kind}/${kernel}`, batch: 1, adapter: results.adapter, engine, ms_median: ms, ms_min: ms, ...op,
  })));
  const machine = [results.adapter || 'CPU', navigator.userAgent].join(', ');
  return `${JSON.stringify({ date: results.date, machine, rows: [...results.rows, ...kernels] }, null, 2)}\n`;
}

async function copy() {
  const button = element('copy');
  try {
    await navigator.clipboard.writeText(report());
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'The browser refuses; please save the file';
  }
  setTimeout(() => { button.textContent = 'Copy as JSON'; }, 2500);
}

function save() {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([report()], { type: 'application/json' }));
  link.download = `unnoise-bench-${results.date.slice(0, 10)}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const chosen = () => document.querySelector('[name=effort]:checked').value;
for (const radio of document.getElementsByName('effort')) {
  radio.addEventListener('change', () => { element('effort-words').textContent = words[chosen()]; });
}
element('measure').addEventListener('submit', (event) => {
  event.preventDefault();
  measure(chosen() === 'quick');
});
element('stop').addEventListener('click', stop);
element('copy').addEventListener('click', copy);
element('save').addEventListener('click', save);
narrow.addEventListener('change', () => results && draw());
element('effort-words').textContent = words[chosen()];

// The figures, for tests, and a way to show others.
globalThis.bench = {
  get results() { return results; },
  report,
  show(others) {
    results = others;
    draw();
  },
};

keepOffline(() => {});
