// What the self-test's results mean, in words, and as a report for a bug. No DOM.

const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;
const distinct = (list) => [...new Set(list)];

/** The sentence of a list: "a", "a and b", "a, b and c". */
const listed = (names) => (names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`);

const hintReport = 'Copy the report and send it with what you saw; it names this browser, the adapter and every check.';
const hintCPU = 'Until then, add ?tier=cpu to the page’s address: it computes on the CPU, more slowly but right.';

/**
 * The verdict.
 * @param {{cases: object[], how: {missing?: string, broken?: string, cancelled?: boolean, lost?: string, uncaptured?: string[], rejected?: string[]}}} found
 * @returns {{title: string, text: string, advice: string, wrong: boolean}}
 */
export function verdictOf({ cases, how }) {
  if (how.missing) {
    return {
      title: 'There is no GPU to test.', wrong: true, text: `${how.missing[0].toUpperCase()}${how.missing.slice(1)}`,
      advice: 'Unnoise computes on the CPU here. For WebGPU take a current Chrome, Edge, Firefox or Safari, on https or localhost.',
    };
  }
  const wrong = cases.filter(({ ok }) => !ok);
  const operations = distinct(cases.map(({ family }) => family)).length;
  const agree = `${cases.length - wrong.length} of ${count(cases.length, 'check', 'checks')} of ${count(operations, 'operation', 'operations')} agree with their formulas`;
  if (wrong.length > 0) {
    const names = distinct(wrong.map(({ family }) => family));
    const onlyF16 = wrong.every(({ pass }) => pass.startsWith('f16'));
    return {
      title: `Your GPU computes ${count(names.length, 'operation', 'operations')} wrongly: ${listed(names)}.`, wrong: true,
      text: `${agree}. Pictures made on this GPU may be wrong${onlyF16 ? ' in f16' : ''}. The rows say by how much.`,
      advice: `Update the browser and the graphics driver and test again. ${hintReport} ${onlyF16 ? 'Until then, add ?precision=f32 to the page’s address.' : hintCPU}`,
    };
  }
  if (how.broken || how.lost) {
    return {
      title: 'The test broke off.', wrong: true, text: `${how.broken ?? `The graphics device was lost: ${how.lost}.`} Until then, ${agree}.`,
      advice: `Please try again; if it breaks off at the same place, the GPU or its driver fails there. ${hintReport}`,
    };
  }
  if (how.cancelled) return { title: 'Cancelled.', wrong: false, text: `Until then, ${agree}.`, advice: '' };
  if (cases.length === 0) {
    return {
      title: 'Nothing was tested.', wrong: true, text: 'No operation has the name that the address asks for after “only=”.',
      advice: 'Please open the self-test without it.',
    };
  }
  const most = Math.max(0, ...cases.map(({ error, limit }) => error / limit));
  const { length } = how.rejected ?? [];
  const stood = length ? ` ${count(length, 'kernel does', 'kernels do')} not compile here; others stood in.` : '';
  return {
    title: 'Your GPU computes what it should.', wrong: false,
    text: `${agree}; the largest error is ${Math.ceil(100 * most)} % of what is allowed.${stood}${how.uncaptured?.length ? ` The browser complained, though: ${how.uncaptured.join('; ')}.` : ''}`,
    advice: '',
  };
}

/** Everything there is to know, as text. */
export function report(found, { program, userAgent, date }) {
  const { title, text } = verdictOf(found);
  const { device } = found;
  const lines = ['Unnoise self-test', `${title} ${text}`, '', `date: ${date}`, `program: ${program}`, `browser: ${userAgent}`];
  if (device) {
    for (const key of ['adapter', 'vendor', 'architecture', 'description', 'software']) lines.push(`${key}: ${device[key]}`);
    lines.push(`features: ${device.features.join(', ')}`);
    for (const [name, value] of Object.entries(device.limits)) lines.push(`${name}: ${value}`);
  }
  if (found.how.lost) lines.push(`lost: ${found.how.lost}`);
  for (const message of found.how.rejected ?? []) lines.push(`does not compile: ${message.replace(/\s+/g, ' ')}`);
  for (const message of found.how.uncaptured ?? []) lines.push(`uncaptured: ${message}`);
  lines.push('', ['check', 'kernels', 'error', 'allowed', 'seconds', 'result'].join('\t'));
  for (const { name, pass, error, limit, seconds, ok, sentence } of found.cases) {
    lines.push([name, pass, error, limit, seconds.toFixed(6), ok ? 'right' : `wrong: ${sentence.replace(/\s+/g, ' ')}`].join('\t'));
  }
  return `${lines.join('\n')}\n`;
}
