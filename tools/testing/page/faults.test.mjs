// Downloads that go wrong: a sentence, and the page works once the fault is gone.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as unnoise from './command_line.mjs';
import { site } from './engine_rig.mjs';
import { distance, level, open, serve } from './page_rig.mjs';

const link = 'model=fashion&class=0&sampler=ddim&steps=2&eta=0&guidance=1&seed=8&n=1';
const expect = /Failed to load resource|net::ERR/;

const octets = (response, body) => response.setHeader('content-type', 'application/octet-stream').end(body);
const html = (response) => response.setHeader('content-type', 'text/html').end('<!doctype html><title>Sign in</title>');
const missing = (response) => response.writeHead(404).end('no such file');

test('a model that cannot be had or is damaged, until it can be had', async (t) => {
  const path = `/models/${unnoise.model.file}`;
  const answers = {};
  const server = await serve(answers);
  t.after(server.close);
  const faults = [
    ['missing', (_, response) => missing(response), /server answered 404/],
    ['unreachable', (request) => request.socket.destroy(), /could not be downloaded.*connection/s],
    ['cut short', (_, response, bytes) => octets(response, bytes.subarray(0, bytes.length >> 1)), /ended after \d+ of \d+ bytes/],
    ['broken off', (_, response, bytes) => {
      response.setHeader('content-length', bytes.length);
      response.write(bytes.subarray(0, 100_000), () => response.destroy());
    }, /broke off after \d+ of \d+ bytes/],
    ['one bit wrong', (_, response, bytes) => {
      const wrong = Buffer.from(bytes);
      wrong[wrong.length >> 1] ^= 1;
      octets(response, wrong);
    }, /arrived damaged.*SHA-256/],
    ['too long', (_, response, bytes) => octets(response, Buffer.concat([bytes, bytes])), /larger than/],
    ['a web page instead', (_, response) => html(response), /a web page instead/],
  ];
  answers[path] = faults[0][1];
  const view = await open(t, { address: server.url, tier: 'cpu', hash: link, expect });
  for (const [i, [name, , sentence]] of faults.entries()) {
    assert.equal(await view.reaches('failed'), 'failed', name);
    const said = await view.says(sentence);
    assert.match(said, /“fashion”/, 'it names the model');
    assert.match(said, /\. .*\.$/s, 'what happened, and what to do');
    if (i === 0) { // the rest of the page works without a model
      await view.page.click('#tab-noise');
      await view.page.waitForFunction(() => unnoise.moment?.x0);
      await view.page.focus('#timeline');
      await view.press('End');
      await view.shows(999);
      await view.page.click('#tab-denoise');
    }
    if (i + 1 < faults.length) answers[path] = faults[i + 1][1];
    else delete answers[path];
    await view.page.click('#notice-action');
    if (i + 1 < faults.length) await view.says(faults[i + 1][2]);
  }
  assert.ok(distance(await view.finish(), unnoise.trajectory(link).at(-1).xt) <= level, 'the model at last');
  assert.equal(await view.notice(), '');
});

test('other files of the site', async (t) => {
  const build = JSON.parse(readFileSync(join(site, 'build.json'), 'utf8'));
  const answers = {};
  const server = await serve(answers);
  t.after(server.close);
  const damage = (_, response, bytes) => octets(response, Buffer.concat([bytes.subarray(0, bytes.length >> 1), Buffer.alloc(1000)]));
  for (const [name, file, answer, sentence] of [
    ['the page’s program is missing', build.page.file, (_, r) => missing(r), /could not be downloaded: the server answered 404/],
    ['the page’s program is damaged', build.page.file, damage, /arrived damaged or incomplete/],
    ['the list of programs is a web page', 'build.json', (_, r) => html(r), /build\.json/],
    ['the engine is missing', build.engine.file, (_, r) => missing(r), /could not be downloaded: the server answered 404/],
    ['the list of models is missing', 'models/index.json', (_, r) => missing(r), /models\/index\.json could not be loaded: the server answered 404/],
    ['the list of models is damaged', 'models/index.json', (_, r) => r.end('{"models": ['), /models\/index\.json.*list of models cannot be read/],
    ['the example pictures are missing', 'data/fashion.png', (_, r) => missing(r), /example pictures .* could not be loaded/],
  ]) {
    await t.test(name, async (t) => {
      answers[`/${file}`] = answer;
      t.after(() => delete answers[`/${file}`]);
      const view = await open(t, { address: server.url, tier: 'cpu', wait: false, expect });
      assert.match(await view.says(sentence), /\.$/);
    });
  }
});
