// The self-test's page: starts the program of wasm/selftest in a worker, gathers
// what it finds op by op, and says what it means. ?only=silu,conv2d checks some
// operations only; ?thorough checks every kernel configuration.

import { report, verdictOf } from './selftest_words.js';

const element = (id) => document.getElementById(id);
const parameters = new URLSearchParams(location.search);
const only = parameters.get('only') ?? '';
element('thorough').checked = parameters.has('thorough');

let worker;
let found; // of the test that goes on, or was the last

const become = (state) => {
  document.body.dataset.state = state;
  element('begin').disabled = state !== 'ready' && state !== 'done';
  element('cancel').hidden = state !== 'running';
  element('thorough').disabled = state === 'running';
  element('progress').hidden = state !== 'running' && state !== 'loading';
};

/** Starts a worker; the test begins when it listens and the button has been pressed. */
function prepare() {
  become('loading');
  worker = new Worker(new URL('selftest_worker.js', import.meta.url), { type: 'module', name: 'selftest' });
  worker.onmessage = ({ data }) => hear(data);
  worker.onerror = (event) => {
    event.preventDefault();
    hear({ ended: 'The self-test’s worker could not be started. Please reload the page.' });
  };
}

function hear(data) {
  if (data.loading) {
    const { done, total } = data.loading;
    element('bar').value = done / total;
    element('progress-text').textContent = `Loading the self-test: ${(done / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`;
  }
  if (data.listening) become('ready');
  if (data.device?.missing) end({ missing: data.device.missing });
  else if (data.device) found.device = data.device;
  if (data.total) {
    found.device.total = data.total;
    element('bar').value = found.cases.length / data.total;
  }
  if (data.case) take(data.case);
  if (data.done) end(data.done);
  if (data.ended) end({ broken: data.ended });
}

function begin() {
  found = { cases: [], groups: new Map(), device: undefined };
  element('rows').replaceChildren();
  element('verdict').hidden = true;
  element('results').hidden = true;
  element('bar').value = 0;
  element('progress-text').textContent = 'Opening the GPU';
  become('running');
  worker.postMessage({ begin: { only, thorough: element('thorough').checked } });
}

/** Takes one result: into its operation's row, and into the list below it. */
function take(one) {
  found.cases.push(one);
  const key = `${one.family} ${one.pass}`;
  let group = found.groups.get(key);
  if (!group) {
    group = { family: one.family, pass: one.pass, cases: [], rows: [] };
    found.groups.set(key, group);
    group.row = addRow(group);
  }
  group.cases.push(one);
  show(group);
  if (!one.ok) unfold(group, true);
  element('results').hidden = false;
  const { length } = found.cases;
  element('bar').value = length / found.device.total;
  element('progress-text').textContent = `${length} of ${found.device.total}: ${one.name}`;
}

const cell = (text, ...classes) => {
  const td = document.createElement('td');
  td.textContent = text;
  td.classList.add(...classes);
  return td;
};

function addRow(group) {
  const row = document.createElement('tr');
  const head = document.createElement('th');
  head.scope = 'row';
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = group.family;
  button.setAttribute('aria-expanded', 'false');
  button.addEventListener('click', () => unfold(group, button.getAttribute('aria-expanded') === 'false'));
  head.append(button);
  row.append(head, cell(group.pass));
  element('rows').append(row);
  return row;
}

const short = (number) => (Number.isFinite(number) ? number === 0 ? '0' : number.toExponential(1).replace('e-', 'e−').replace('e+0', '') : 'not finite');
const time = (seconds) => `${(1000 * seconds).toFixed(seconds < 0.01 ? 1 : 0)} ms`;

/** The worst of a group, by how much of what is allowed it uses up. */
const worstOf = (cases) => cases.reduce((worst, one) => (one.error / one.limit > worst.error / worst.limit ? one : worst));

function show(group) {
  const { row, cases } = group;
  const worst = worstOf(cases);
  const wrong = cases.filter((one) => !one.ok).length;
  const numbers = [String(cases.length), short(worst.error), short(worst.limit), time(cases.reduce((sum, one) => sum + one.seconds, 0))];
  while (row.cells.length > 2) row.deleteCell(2);
  row.append(...numbers.map((text) => cell(text, 'number')));
  row.append(wrong ? cell(`${wrong} wrong`, 'wrong') : cell('right'));
  if (row.querySelector('button').getAttribute('aria-expanded') === 'true') unfold(group, true);
}

/** Shows or hides a row for each check of an operation. */
function unfold(group, open) {
  group.row.querySelector('button').setAttribute('aria-expanded', String(open));
  group.rows.forEach((row) => row.remove());
  group.rows = [];
  if (!open) return;
  for (const one of group.cases) {
    const row = document.createElement('tr');
    row.className = 'one';
    const head = document.createElement('th');
    head.scope = 'row';
    head.textContent = one.name.slice(one.family.length + 1) || one.name;
    row.append(head, cell(''), cell(''), cell(short(one.error), 'number'), cell(short(one.limit), 'number'), cell(time(one.seconds), 'number'),
      one.ok ? cell('right') : cell('wrong', 'wrong'));
    group.rows.push(row);
    if (!one.ok) {
      const why = document.createElement('tr');
      why.className = 'one';
      const td = cell('', 'why');
      td.append(Object.assign(document.createElement('div'), { textContent: one.sentence }));
      td.colSpan = 7;
      why.append(td);
      group.rows.push(why);
    }
  }
  group.row.after(...group.rows);
}

function end(how) {
  const state = how.broken ? 'failed' : 'done';
  found ??= { cases: [], groups: new Map() };
  found.how = how;
  const { title, text, advice, wrong } = verdictOf(found);
  element('verdict-title').textContent = title;
  element('verdict-text').textContent = text;
  element('verdict-advice').textContent = advice;
  element('verdict-advice').hidden = !advice;
  element('verdict').classList.toggle('wrong', wrong);
  element('copied').textContent = '';
  element('verdict').hidden = false;
  if (found.device) {
    const { adapter, features } = found.device;
    element('device').textContent = `${adapter}; ${features.join(', ') || 'no optional features'}; ${navigator.userAgent}`;
  }
  become(state);
}

async function copy() {
  const build = await fetch(new URL('build.json', import.meta.url)).then((r) => r.json()).catch(() => ({}));
  const text = report(found, { program: build.selftest?.file, userAgent: navigator.userAgent, date: new Date().toISOString() });
  try {
    await navigator.clipboard.writeText(text);
    element('copied').textContent = 'Copied.';
  } catch {
    element('copied').textContent = 'The browser does not let the page copy; here it is to be selected:';
    const pre = document.createElement('pre');
    pre.className = 'scroll';
    pre.textContent = text;
    element('verdict').append(pre);
  }
}

element('begin').addEventListener('click', begin);
element('copy').addEventListener('click', copy);
element('cancel').addEventListener('click', () => {
  worker.terminate();
  end({ cancelled: true });
  prepare();
});
prepare();
