// A rig for tests of the whole page: one browser for all tests of a file, pages
// that notice what must not happen, and what is shown as numbers.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after } from 'node:test';
import { launch, serve, withWebGPU } from './engine_rig.mjs';

export { serve, withWebGPU };

/** How long a wait may take on a busy machine, ms. */
const patience = 240_000;

/** A name that is not loopback, so that the page there is not a secure context. */
export const plainHost = 'plain.test';

// Everything that the browsers ask of another host goes to this proxy, whichever
// page or worker asks; it answers nothing and remembers. Chromium's own services
// are no page's doing.
export const strangers = [];
const chromiumsOwn = /^(accounts|android\.clients|clients\d*|content-autofill|edgedl\.me|optimizationguide-pa|redirector|safebrowsing|safebrowsingohttpgateway|update|www)\.(google|googleapis|gvt1)\.com$/;
const remember = (url) => {
  const { hostname } = new URL(url.includes('://') ? url : `https://${url}`);
  if (!chromiumsOwn.test(hostname)) strangers.push(url);
};
const proxy = createServer((request, response) => {
  remember(request.url);
  response.writeHead(502).end();
});
proxy.on('connect', (request, socket) => {
  remember(request.url);
  socket.on('error', () => {}); // the browser may hang up first
  socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
});
await new Promise((listening) => proxy.listen(0, '127.0.0.1', listening));
proxy.unref();

const browsers = new Map();

/** The browser with these flags, started when it is first wanted. */
export function browser(...flags) {
  const key = flags.join(' ');
  if (!browsers.has(key)) {
    browsers.set(key, launch([
      `--proxy-server=http://127.0.0.1:${proxy.address().port}`, `--proxy-bypass-list=${plainHost}`,
      `--host-resolver-rules=MAP ${plainHost} 127.0.0.1`, ...flags,
    ]));
  }
  return browsers.get(key);
}
after(async () => {
  for (const started of browsers.values()) await (await started).close();
  proxy.close();
});

/**
 * Opens the page and waits until a model is loaded, or cannot be. The test fails
 * if the page throws, logs an error or asks another host for something.
 *
 * @param {object} options
 * @param {string} options.address     of the site
 * @param {string} options.tier        'cpu' to go without WebGPU: soonest ready, and quick for two or three steps
 * @param {string} options.hash        of the run, without "#"
 * @param {object} options.context     to use again, or options for a new one
 * @param {boolean} options.webgpu     false for a browser that refuses it
 * @param {boolean} options.wait       false to return at once
 * @param {RegExp} options.expect      errors that the test provokes
 */
export async function open(t, { address, tier, hash = '', context = {}, webgpu = true, wait = true, expect } = {}) {
  const page = await openPage(t, { context, webgpu, expect });
  const view = new View(page);
  await page.goto(address + (tier ? `?tier=${tier}` : '') + (hash && `#${hash}`));
  if (wait) await view.reaches('ready', 'running', 'done', 'failed');
  return view;
}

/** An empty page that notices errors and requests to other hosts; options as for open, but for those of its own context. */
export async function openPage(t, { context, webgpu = true, expect, ...options } = {}) {
  context ??= options;
  const own = context.newPage === undefined;
  if (own) {
    const started = await browser(...(webgpu ? [withWebGPU] : []));
    context = await started.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'light', ...context });
    await context.addInitScript(watch);
  }
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('crash', () => errors.push('the page crashed'));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  const asked = strangers.length;
  t.after(async () => {
    await (own ? context : page).close();
    assert.deepEqual(errors.filter((text) => !expect?.test(text)), [], 'errors of the page');
    assert.deepEqual(strangers.slice(asked), [], 'requests to other hosts');
  });
  return page;
}

// Runs in the page before anything else: remembers what the page says to its
// engine, the sentences it shows and the texts of its progress bar.
function watch() {
  globalThis.seen = { sent: [], notices: [], loading: [] };
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    if (message?.kind) seen.sent.push(message.kind);
    return post.call(this, message, ...rest);
  };
  const note = (list, text) => text && list.at(-1) !== text && list.push(text);
  const look = () => {
    const notice = document.getElementById('notice');
    if (notice && !notice.hidden) note(seen.notices, notice.querySelector('p').textContent.trim());
    note(seen.loading, `${document.getElementById('loading-text')?.textContent} ${document.getElementById('loading-bytes')?.textContent}`);
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
}

/** What a page shows, and what a visitor does there. */
export class View {
  constructor(page) { this.page = page; }

  /** Waits until the run is in one of the states. */
  async reaches(...states) {
    await this.page.waitForFunction((states) => states.includes(document.body.dataset.state), states, { timeout: patience, polling: 50 });
    return this.state();
  }

  /** Waits until the moment shown is this one. */
  shows(step) {
    return this.page.waitForFunction((step) => document.body.dataset.step === String(step), step, { timeout: patience, polling: 20 });
  }

  state() { return this.page.evaluate(() => document.body.dataset.state); }
  step() { return this.page.evaluate(() => Number(document.body.dataset.step)); }
  hash() { return this.page.evaluate(() => location.hash.slice(1)); }

  /** The numbers of the moment shown. */
  moment() {
    return this.page.evaluate(() => {
      const m = unnoise.moment;
      return m && { ...m, xt: [...m.xt], pred: m.pred && [...m.pred], x0: m.x0 && [...m.x0], eps: m.eps && [...m.eps] };
    });
  }

  text(id) { return this.page.evaluate((id) => document.getElementById(id).innerText.trim(), id); }

  /** The sentence for what went wrong, '' if there is none. */
  notice() { return this.page.evaluate(() => (document.getElementById('notice').hidden ? '' : document.querySelector('#notice p').innerText.trim())); }

  /** Waits for a sentence that matches. */
  async says(pattern) {
    await this.page.waitForFunction(([source, flags]) => {
      const notice = document.getElementById('notice');
      return !notice.hidden && new RegExp(source, flags).test(notice.querySelector('p').innerText);
    }, [pattern.source, pattern.flags], { timeout: patience, polling: 50 });
    return this.notice();
  }

  /** The value in the table of symbols beside a name. */
  symbol(name) {
    return this.page.evaluate((name) => [...document.querySelectorAll('#values tr')].find((row) => row.cells[1].textContent === name)?.cells[2].textContent, name);
  }

  /** That value as a number: "4.036 × 10⁻⁵" is 4.036e-5. */
  async number(name) {
    const ascii = (await this.symbol(name)).replaceAll('−', '-').replace(' × 10', 'e')
      .replace('⁻', '-').replace(/[⁰¹²³⁴-⁹]/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(digit));
    return Number(ascii);
  }

  /** How many runs the engine has been asked for. */
  runs() { return this.page.evaluate(() => seen.sent.filter((kind) => kind === 'run').length); }
  notices() { return this.page.evaluate(() => seen.notices); }

  press(key) { return this.page.keyboard.press(key); }

  /** Starts the run and waits until it is done. */
  async run() {
    await this.page.click('#play');
    await this.reaches('done');
  }

  /** Goes through the whole film by keyboard, from the first moment to the last. */
  async film() {
    await this.page.focus('#timeline');
    await this.press('Home');
    const last = await this.page.evaluate(() => Number(document.body.dataset.steps));
    const moments = [];
    for (let step = 0; ; step++) {
      await this.shows(step);
      moments.push(await this.moment());
      if (step === last) return moments;
      await this.press('ArrowRight');
    }
  }

  /** Runs what the page has laid out, unless it has started by itself. */
  async finish() {
    if (await this.state() === 'ready') await this.page.click('#play');
    await this.reaches('done');
    return this.result();
  }

  /** Edits the hash of the address. */
  visit(hash) { return this.page.evaluate((hash) => { location.hash = hash; }, hash); }

  /** The picture of the last moment of a finished run. */
  async result() {
    await this.page.focus('#timeline');
    await this.press('End');
    const last = await this.page.evaluate(() => Number(document.body.dataset.steps));
    await this.shows(last);
    return (await this.moment()).xt;
  }
}

/** The largest difference between two lists of numbers. */
export function distance(a, b) {
  assert.equal(a.length, b.length, 'as many numbers');
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    assert.ok(Number.isFinite(a[i]) && Number.isFinite(b[i]), `number ${i} is ${a[i]} and ${b[i]}`);
    most = Math.max(most, Math.abs(a[i] - b[i]));
  }
  return most;
}

/** One grey level, for x in [−1, 1]. */
export const level = 2 / 255;
