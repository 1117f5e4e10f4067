// Denoise: a first visit, the numbers of every step, the timeline, the controls.
// All on one page, as one visitor would do it: starting the engine and compiling
// its programs takes longer than the runs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as unnoise from './command_line.mjs';
import { browser, distance, level, open, serve, withWebGPU } from './page_rig.mjs';
import { byteOf, middles, openDarkroom } from './pictures.mjs';

let server;
before(async () => { server = await serve(); });
after(() => server.close());

/** The run that a first visitor finds on a slow device, and its last step. */
const first = 'model=fashion&class=7&sampler=ddim&steps=10&eta=0&guidance=2&seed=0&n=1';
const last = 10;

test('Denoise', async (t) => {
  const want = unnoise.trajectory(first);
  const alphaBar = unnoise.alphaBar();
  const darkroom = await openDarkroom(t, await browser(withWebGPU));
  const view = await open(t, { address: server.url });
  const { page } = view;
  let runs = 0;

  /** That the moment of this step is shown, with the numbers that the command line has for it. */
  const showsRecorded = async (step) => {
    await view.shows(step);
    const moment = await view.moment();
    assert.equal(moment.t, want[step].t);
    assert.ok(distance(moment.xt, want[step].xt) <= level, `x_t of step ${step}`);
    return moment;
  };
  /** Waits for what the play button says: the page writes it with its next frame. */
  const plays = (label) => page.waitForFunction((want) => document.querySelector('#play').ariaLabel === want, label, { timeout: 240_000 });

  await t.test('a first visit says what it runs on and what a run takes', async () => {
    assert.match(await view.text('tier-name'), /^WebGPU f32 in software: .*swiftshader/i);
    await page.focus('#tier');
    assert.match(await view.text('tip'), /adapter is a program that runs on the CPU/);
    const loading = await page.evaluate(() => seen.loading);
    for (const what of [/program.*\d\.\d of 2\.\d MB/, /engine.*\d\.\d of 1\.\d MB/, /model.*\d\.\d of \d\.\d MB/]) {
      assert.ok(loading.some((said) => what.test(said)), `${what} in ${loading.join(', ')}`);
    }
    assert.equal(await view.hash(), first, 'modest: one picture, DDIM 10');
    assert.equal(await view.runs(), runs, 'a slow device does not start by itself');
    assert.match(await view.text('expected'), /^This run (may take|takes) .* on this device\. It can be stopped at any time\.$/);
  });

  await t.test('every step has the numbers of the command line', async (t) => {
    await view.run();
    runs++;
    assert.match(await view.text('expected'), /^Computed in [\d.e+]+ s\.$/);
    const film = await view.film();
    assert.equal(film.length, last + 1);
    let most = 0;
    for (const [i, moment] of film.entries()) {
      assert.deepEqual([moment.step, moment.t, moment.remaining, moment.shape], [i, want[i].t, 0, [1, 1, 32, 32]]);
      const off = Math.max(distance(moment.xt, want[i].xt), want[i].pred ? distance(moment.pred, want[i].pred) : 0);
      assert.ok(off <= level, `step ${i} is ${off} off`);
      most = Math.max(most, off);
      if (moment.t < 0) {
        assert.equal(moment.pred, null);
        assert.ok(distance(moment.x0, moment.xt) < 1e-6, 'the last guess is the result');
        continue;
      }
      // Ho et al. 2020, eq. 15, clipped to [−1, 1].
      const ab = alphaBar[moment.t];
      const guess = [...want[i].xt].map((x, k) => Math.min(1, Math.max(-1, (x - Math.sqrt(1 - ab) * want[i].pred[k]) / Math.sqrt(ab))));
      // At t = 999 the division by √ᾱ = 0.006 enlarges what two executors differ by.
      assert.ok(distance(moment.x0, guess) <= level / Math.sqrt(ab), `x̂₀ of step ${i}`);
      assert.deepEqual(moment.eps, moment.pred, 'ε̂ is the network’s answer, not that of the clipped x̂₀');
    }
    t.diagnostic(`largest difference from the command line ${most.toExponential(1)}, allowed ${level.toExponential(1)}`);
  });

  await t.test('and those of the command line on the GPU', (t) => {
    const gpu = unnoise.trajectory(first, 'unnoise-gpu');
    const off = Math.max(...gpu.map(({ xt }, i) => distance(xt, want[i].xt)));
    t.diagnostic(`largest difference of unnoise-gpu from unnoise ${off.toExponential(1)}`);
    assert.ok(off <= level, `${off} off`);
  });

  await t.test('for which the engine has taken little memory', async (t) => {
    // Go's memory in a browser never shrinks: its size is the most there was, from loading to here.
    const [worker] = page.workers();
    const bytes = await worker.evaluate(() => wasm.instance.exports.mem.buffer.byteLength);
    t.diagnostic(`${(bytes / 2 ** 20).toFixed(1)} MiB`);
    assert.ok(bytes <= 2 * unnoise.model.size + 32e6, `${bytes} bytes`);
  });

  await t.test('the stage, the film and the table show those numbers', async () => {
    await page.focus('#timeline');
    await view.press('End');
    await view.press('ArrowLeft');
    await view.press('ArrowLeft');
    const moment = await showsRecorded(last - 2);
    assert.equal(await view.symbol('timestep'), String(moment.t));
    const kept = await view.number('signal kept');
    assert.ok(Math.abs(kept / alphaBar[moment.t] - 1) < 1e-3, `ᾱ_t is ${kept}`);
    await page.mouse.move(5, 795); // away from anything that reacts
    for (const [id, values] of [['frame-xt', moment.xt], ['frame-x0', moment.x0]]) {
      const shown = await middles(darkroom, await page.locator(`#${id}`).screenshot(), 32, 32);
      const off = Math.max(...shown.flatMap((rgb, k) => rgb.map((v) => Math.abs(v - byteOf(values[k])))));
      assert.ok(off <= 1, `${id} is ${off} levels off`);
    }
    // Noise: from blue (negative) over white to orange.
    const noise = await middles(darkroom, await page.locator('#frame-eps').screenshot(), 32, 32);
    for (const [k, [r, , b]] of noise.entries()) {
      if (Math.abs(moment.eps[k]) > 0.5) assert.ok(moment.eps[k] > 0 === r > b, `ε̂ ${moment.eps[k]} is red ${r}, blue ${b}`);
    }
    // The first frame of the film, shrunk, is the noise of the start: right on average.
    const film = await page.locator('#frame-film').boundingBox();
    const frame = await page.screenshot({ clip: { x: film.x, y: film.y, width: film.height, height: film.height } });
    const shown = await middles(darkroom, frame, 28, 28);
    const mean = (list) => list.reduce((sum, v) => sum + v, 0) / list.length;
    const off = Math.abs(mean(shown.map(([r]) => r)) - mean([...want[0].xt].map(byteOf)));
    assert.ok(off < 12, `the film’s first frame is ${off} levels off on average`);
  });

  await t.test('play, pause, step, restart; by button and by key', async () => {
    await page.focus('#timeline');
    await view.press('End');
    await showsRecorded(last);
    assert.ok(await page.isDisabled('#step-forward'));
    await page.click('#restart');
    await showsRecorded(0);
    assert.ok(await page.isDisabled('#step-back') && await page.isDisabled('#restart'));
    for (const [button, step] of [['#step-forward', 1], ['#step-forward', 2], ['#step-back', 1]]) {
      await page.click(button);
      await showsRecorded(step);
    }
    await page.click('#play');
    await plays('Pause');
    await page.click('#play');
    await plays('Play');
    const paused = await view.step();
    assert.ok(paused < last, `paused at ${paused}`);
    await page.waitForTimeout(500); // longer than a frame of the film lasts
    assert.equal(await view.step(), paused, 'paused');
    await page.click('#play');
    await view.shows(last);
    await plays('Play'); // it stops at the end
    await page.click('#play');
    await plays('Pause');
    assert.ok(await view.step() < last, 'from the end it plays from the beginning');
    await page.click('#play');

    await page.evaluate(() => document.activeElement.blur());
    for (const [key, step] of [['Home', 0], ['ArrowRight', 1], ['ArrowRight', 2], ['ArrowLeft', 1]]) {
      await view.press(key);
      await showsRecorded(step);
    }
    await view.press(' ');
    await plays('Pause');
    await view.press(' ');
    await plays('Play');
    assert.equal(await view.runs(), runs, 'playing computes nothing');
  });

  await t.test('the timeline scrubs back and forth by keyboard and by mouse', async () => {
    await page.focus('#timeline');
    for (const [key, step] of [['Home', 0], ['ArrowRight', 1], ['ArrowUp', 2], ['ArrowLeft', 1], ['End', last], ['ArrowDown', last - 1]]) {
      await view.press(key);
      const { t } = await showsRecorded(step);
      assert.match(await page.getAttribute('#timeline', 'aria-valuetext'), step < last ? new RegExp(`Step ${step + 1} of ${last}, t = ${t}$`) : /result/i);
    }
    // The middle of the slider's thumb stands under the middle of a frame.
    const film = await page.locator('#frame-film').boundingBox();
    const slider = await page.locator('#timeline').boundingBox();
    const middle = (step) => film.x + film.height / 2 + step / last * (film.width - film.height);
    for (const y of [film.y + film.height / 2, slider.y + slider.height / 2]) {
      await page.mouse.move(middle(last), y);
      await page.mouse.down();
      await showsRecorded(last);
      for (const step of [5, 0, 3, 8, 1]) {
        await page.mouse.move(middle(step), y, { steps: 3 });
        await showsRecorded(step);
      }
      await page.mouse.up();
      await page.mouse.move(middle(last), y);
      await page.waitForTimeout(100);
      assert.equal(await view.step(), 1, 'no button is down');
    }
    assert.equal(await view.runs(), runs, 'scrubbing computes nothing');
  });

  await t.test('it scrubs while the run goes on, and the run does not mind', async () => {
    const other = unnoise.trajectory(first.replace('seed=0', 'seed=1')); // before the run: it takes as long
    await page.fill('#seed', '1');
    await view.press('Enter');
    runs++;
    await page.waitForFunction(() => document.body.dataset.state !== 'done', null, { polling: 10 });
    if (await view.state() === 'ready') await page.click('#play'); // where it would take long, it is asked for
    await page.waitForFunction(() => document.body.dataset.state === 'running' && Number(document.body.dataset.step) >= 1, null, { polling: 20 });
    await page.focus('#timeline');
    let scrubbed = 0;
    while (await view.state() === 'running') {
      const step = scrubbed++ % 2; // back and forth
      await view.press(step === 0 ? 'Home' : 'ArrowRight');
      await view.shows(step);
      assert.ok(distance((await view.moment()).xt, other[step].xt) <= level, `x_t of step ${step}`);
    }
    assert.ok(scrubbed >= 2, `scrubbed ${scrubbed} times before the run ended`);
    await view.reaches('done');
    assert.ok(await view.step() <= 1, 'the visitor’s place is kept');
    assert.ok(distance(await view.result(), other[last].xt) <= level, 'the result');
    assert.equal(await view.runs(), runs);
  });

  await t.test('controls that change the pictures start a run', async () => {
    let before = await view.result();
    const changes = async (what, act, part) => {
      await act();
      await page.waitForFunction((runs) => seen.sent.filter((kind) => kind === 'run').length === runs, ++runs, { polling: 20 });
      await view.reaches('done');
      const hash = await view.hash();
      assert.match(hash, part, what);
      const result = await view.result();
      const off = distance(result, unnoise.trajectory(hash).at(-1).xt);
      assert.ok(off <= level, `${what}: ${off} off`);
      assert.ok(distance(result, before) > level, `${what} changes the picture`);
      before = result;
    };
    const enter = (id, text) => async () => { await page.fill(id, text); await view.press('Enter'); };
    await changes('steps', enter('#steps', '2'), /steps=2&/);
    await changes('class', () => page.selectOption('#class', { label: 'Coat' }), /class=4&/);
    await changes('guidance', async () => { await page.focus('#guidance'); await view.press('ArrowRight'); }, /guidance=2\.25&/);
    await changes('no class', () => page.selectOption('#class', '-1'), /class=-1&/);
    await changes('seed', enter('#seed', '18446744073709551615'), /seed=18446744073709551615&/);
    await changes('another seed', () => page.click('#dice'), /seed=\d{1,6}&/);
    await changes('sampler', () => page.check('input[name=sampler][value=ddpm]', { force: true }), /sampler=ddpm&steps=2&variance=fixed_small&/);
    await changes('variance', () => page.check('input[name=variance][value=fixed_large]', { force: true }), /variance=fixed_large/);
    await changes('the back button', () => page.goBack(), /variance=fixed_small/);
  });

  await t.test('the others start none', async () => {
    const hash = await view.hash();
    await page.click('#tab-noise');
    await page.click('#tab-denoise');
    await page.selectOption('#save-scale', '16');
    await page.click('#restart');
    await page.click('#play');
    await view.shows(2);
    await page.setViewportSize({ width: 700, height: 800 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.waitForTimeout(300);
    await page.setViewportSize({ width: 1280, height: 800 });
    assert.equal(await view.runs(), runs);
    assert.equal(await view.hash(), hash);
  });

  await t.test('four pictures are those of four seeds, and each can be looked at', async () => {
    await page.check('input[name=n][value="4"]', { force: true });
    runs++;
    await page.waitForFunction(() => document.body.dataset.state !== 'done', null, { polling: 10 });
    await view.reaches('done');
    const hash = await view.hash();
    assert.match(hash, /n=4$/);
    const result = await view.result();
    assert.equal(result.length, 4 * 1024);
    assert.ok(distance(result, unnoise.trajectory(hash).at(-1).xt) <= level);
    const seed = Number(hash.match(/seed=(\d+)/)[1]);
    const alone = unnoise.trajectory(hash.replace(/seed=\d+/, `seed=${seed + 2}`).replace('n=4', 'n=1')).at(-1).xt;
    const third = result.slice(2 * 1024, 3 * 1024);
    assert.ok(distance(third, alone) <= level, 'the third picture is that of the third seed');
    await page.click('#picks [data-pick="2"]');
    await page.waitForFunction(() => document.querySelector('#picks [data-pick="2"]').getAttribute('aria-checked') === 'true');
    assert.ok(distance((await view.moment()).x0, third) < 1e-6, 'x̂₀ beside is that of the picked one');
    assert.equal(await view.runs(), runs, 'picking computes nothing');
  });

  await t.test('a run is stopped at once, and what was recorded can still be looked at', async () => {
    await page.check('input[name=n][value="1"]', { force: true });
    await view.reaches('done', 'running', 'preparing');
    await page.fill('#steps', '250');
    await view.press('Enter');
    await page.waitForFunction(() => document.body.dataset.steps === '250');
    if (await view.state() === 'ready') await page.click('#play'); // where it would take long, it is asked for
    await page.waitForFunction(() => Number(document.body.dataset.step) >= 1, null, { polling: 20 });
    const more = await page.evaluate(async () => {
      const there = unnoise.moment.remaining;
      document.getElementById('cancel').click();
      while (document.body.dataset.state !== 'stopped') await new Promise((r) => setTimeout(r, 5));
      return there - unnoise.moment.remaining;
    });
    assert.ok(more <= 2, `${more} steps came after it was stopped`);
    await page.focus('#timeline');
    await view.press('Home');
    await view.shows(0);
    assert.ok((await view.moment()).remaining > 200);
  });
});
