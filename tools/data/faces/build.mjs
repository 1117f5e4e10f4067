// Draws pixel faces (DiceBear "pixel-art", art CC0 1.0) at their own size, 16×16,
// with exactly known attributes.
//
// Writes into OUT: train.bin, test.bin and held_out.bin, pictures of 16·16 RGB bytes
// one after another; the same names with .labels, one byte an attribute, the option's
// number; and attributes.json with the words. The same command gives the same bytes.
//
// Usage: npm ci --prefix tools/data/faces && node tools/data/faces/build.mjs OUT [TRAIN]
import { createAvatar } from '@dicebear/core';
import * as style from '@dicebear/pixel-art';
import { Resvg } from '@resvg/resvg-js';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attributes, heldOut, incidental } from './attributes.mjs';

const SIZE = 16;
const TEST = 4000;
const HELD_OUT = 2000;

const [out, train = '50000'] = process.argv.slice(2);
if (!out || !(Number(train) > 0)) {
  console.error('usage: node tools/data/faces/build.mjs OUT [TRAIN]');
  process.exit(2);
}

/** mulberry32: 32 bits of state are enough to draw attributes. */
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function pick(next, options, none) {
  if (none === undefined) return Math.floor(next() * options.length);
  return next() < none ? 0 : 1 + Math.floor(next() * (options.length - 1));
}

/** Draws the attributes of one face: the number of an option for each. */
const face = (next) => attributes.map(({ options, none }) => pick(next, Object.keys(options), none));

const number = (name, word) => {
  const attribute = attributes.findIndex((a) => a.name === name);
  const option = Object.keys(attributes[attribute]?.options ?? {}).indexOf(word);
  if (option < 0) throw new Error(`there is no ${name} “${word}”`);
  return [attribute, option];
};
const pairs = heldOut.map((pair) => pair.map(([name, word]) => number(name, word)));
const isHeldOut = (labels) => pairs.some((pair) => pair.every(([a, option]) => labels[a] === option));

/** The RGB bytes of a face. */
function draw(labels, next) {
  const set = Object.assign({}, ...labels.map((option, a) => Object.values(attributes[a].options)[option]));
  for (const [key, values] of Object.entries(incidental)) set[key] = values[Math.floor(next() * values.length)];
  const options = Object.fromEntries(Object.entries(set).map(([key, value]) => [key, [value]]));
  for (const key of ['hat', 'glasses', 'beard', 'accessories']) options[`${key}Probability`] = set[key] ? 100 : 0;
  const svg = createAvatar(style, { seed: 'unnoise', ...options }).toString();
  const rgba = new Resvg(svg, { fitTo: { mode: 'width', value: SIZE }, shapeRendering: 0, font: { loadSystemFonts: false } }).render().pixels;
  const rgb = Buffer.alloc(3 * SIZE * SIZE);
  for (let i = 0; i < SIZE * SIZE; i++) {
    // The colours are premultiplied: what is not covered is white.
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = rgba[4 * i + c] + 255 - rgba[4 * i + 3];
  }
  return rgb;
}

function write(name, count, seed, wanted) {
  const next = random(seed);
  const pictures = [];
  const labels = [];
  while (pictures.length < count) {
    const one = face(next);
    if (!wanted(one)) continue;
    pictures.push(draw(one, next));
    labels.push(Buffer.from(one));
  }
  writeFileSync(join(out, `${name}.bin`), Buffer.concat(pictures));
  writeFileSync(join(out, `${name}.labels`), Buffer.concat(labels));
  console.log(`${name}: ${count} pictures`);
}

mkdirSync(out, { recursive: true });
const words = attributes.map(({ name, options }) => ({ name, options: Object.keys(options) }));
writeFileSync(join(out, 'attributes.json'), `${JSON.stringify({ size: SIZE, attributes: words, heldOut }, null, 2)}\n`);
write('test', TEST, 2, (labels) => !isHeldOut(labels));
write('held_out', HELD_OUT, 3, isHeldOut);
write('train', Number(train), 1, (labels) => !isHeldOut(labels));
