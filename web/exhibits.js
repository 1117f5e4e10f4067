// Starts the page of the exhibits: its program and the one that computes, with a
// progress bar in bytes, and the service worker. From then on package wasm/hall owns
// the document.

import { start, startWorker } from './loader.js';
import { keepOffline } from './offline.js';

const element = (id) => document.getElementById(id);
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

const programs = { hall: { done: 0, total: 0 }, guide: { done: 0, total: 0 } };
let started = false; // the page's program shows its own progress

const showProgress = (program) => (done, total) => {
  if (started) return;
  programs[program] = { done, total };
  const { hall, guide } = programs;
  element('loading-bar').value = (hall.done + guide.done) / (hall.total + guide.total || 1);
  element('loading-bytes').textContent = `${megabytes(hall.done + guide.done)} of ${hall.total && guide.total ? megabytes(hall.total + guide.total) : '…'} MB`;
};

function fail(sentence) {
  document.body.dataset.state = 'failed';
  element('loading').hidden = true;
  element('notice-text').textContent = sentence;
  element('notice-close').hidden = true;
  element('notice').hidden = false;
}

if (typeof WebAssembly !== 'object' || typeof DecompressionStream !== 'function') {
  fail('This browser is too old for Unnoise. Chrome, Edge and Firefox from 2023 on, and Safari from 16.4 on, run it.');
} else {
  try {
    startWorker('guide', showProgress('guide'));
    const { exited } = await start('hall', { onProgress: showProgress('hall') });
    started = true;
    exited.then(() => fail('The page’s program stopped. Please reload the page; the link brings the same exhibit back.'));
    keepOffline((apply) => dispatchEvent(new CustomEvent('unnoise-update', { detail: apply })));
  } catch (error) {
    fail(error.message);
  }
}
