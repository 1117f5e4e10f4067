// A rig for tests of the page of exhibits, and what the command line says of the same
// exhibits.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { site } from './engine_rig.mjs';
import { openPage } from './page_rig.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const bin = process.env.UNNOISE_BIN ?? join(root, 'bin');
const patience = 240_000; // the machine may be busy

const unnoise = (...args) => JSON.parse(execFileSync(join(bin, 'unnoise'), args, {
  encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'],
}));

/** What the exhibits say of themselves. */
export const exhibits = () => unnoise('exhibits', '--json');

/** The last value of each readout of a run on the CPU, and the link as the page writes it. */
export function onCommandLine(link) {
  const { readouts, link: canonical } = unnoise('exhibit', '--link', link, '--models', site, '--json', '--quiet');
  return { link: canonical, readouts: Object.fromEntries(readouts.map(({ id, value }) => [id, value])) };
}

/** The link of an exhibit's quick settings, with one control changed. */
export function quickLink({ id, quick }, control, value) {
  const values = { ...quick };
  if (control) values[control] = value;
  const query = Object.entries(values).map(([key, v]) => `${key}=${encodeURIComponent(v)}`).join('&');
  return query ? `${id}?${query}` : id;
}

/** The page of exhibits. */
export class Hall {
  constructor(page) { this.page = page; }

  /**
   * Opens the page with a link's part after "#". options are openPage's. The window is
   * small and nothing plays by itself: drawing takes most of the time where a program
   * draws.
   */
  static async open(t, { address, hash, tier, ...options }) {
    const hall = new Hall(await openPage(t, { viewport: { width: 420, height: 480 }, reducedMotion: 'reduce', ...options }));
    await hall.page.goto(`${address}exhibits.html${tier ? `?tier=${tier}` : ''}#${hash}`);
    return hall;
  }

  /** Follows another link on the same page, and waits until the page shows that state. */
  async visit(link) {
    await this.page.evaluate((hash) => { location.hash = hash; }, link);
    await this.page.waitForFunction((link) => globalThis.unnoise?.link === link, link, { timeout: patience, polling: 20 });
  }

  /** Waits until the exhibit is in one of these states. */
  async reaches(...states) {
    await this.page.waitForFunction((states) => states.includes(globalThis.unnoise?.state), states, { timeout: patience, polling: 30 })
      .catch(async (error) => { throw new Error(`${await this.hash()} is ${await this.state()}: ${await this.notice()} (${error.message})`); });
    return this.state();
  }

  state() { return this.page.evaluate(() => unnoise.state); }
  hash() { return this.page.evaluate(() => location.hash.slice(1)); }
  notice() { return this.page.evaluate(() => (document.getElementById('notice').hidden ? '' : document.getElementById('notice-text').innerText.trim())); }
  notices() { return this.page.evaluate(() => seen.notices); }

  /** What is read out, once the exhibit is done: the last value of each. */
  async readouts() {
    assert.equal(await this.reaches('done', 'failed'), 'done', await this.notice());
    return this.page.evaluate(() => unnoise.last);
  }
}

/**
 * Compares two runs' readouts. A difference is allowed up to the exhibit's tolerance
 * times the number's size, which is the largest that it has had in any run, or up to
 * the readout's own tolerance.
 */
export function compare(exhibit, link, got, want, sizes) {
  assert.deepEqual(Object.keys(got).sort(), Object.keys(want).sort(), `${link}: the same numbers are read out`);
  for (const [id, value] of Object.entries(want)) {
    const slack = exhibit.tolerances?.[id] ?? (exhibit.tolerance || 1e-3) * sizes[id];
    assert.ok(Math.abs(got[id] - value) <= slack, `${link}: ${id} is ${got[id]} on the page and ${value} on the command line (±${slack})`);
  }
}
