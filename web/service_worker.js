// Keeps one build of the site for visits without a connection. Bundled with
// Workbox by tools/site/build.mjs, which puts the list of files in place of
// self.__WB_MANIFEST.
//
// A build is stored whole and takes over whole: at the next visit once no page
// of the build before is open, or when the page sends SKIP_WAITING. Models are
// not in the list; the engine stores those it loads by their hash. Neither are the
// exhibits' programs, self.__EXHIBITS: whoever visits their page keeps them, and a
// first visit of another page does not pay for them.

import { cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching';
import { registerRoute } from 'workbox-routing';
import { CacheFirst } from 'workbox-strategies';

self.addEventListener('message', (event) => {
  if (event.data?.type === 'SKIP_WAITING') self.skipWaiting();
});
self.addEventListener('activate', (event) => event.waitUntil(Promise.all([self.clients.claim(), dropOldPrograms()])));

const programs = self.__EXHIBITS; // names with their hash
const cacheName = 'unnoise-exhibits'; // loader.js fills it too
const nameOf = (url) => new URL(url).pathname.split('/').pop();

async function dropOldPrograms() {
  const cache = await caches.open(cacheName);
  for (const request of await cache.keys()) {
    if (!programs.includes(nameOf(request.url))) await cache.delete(request);
  }
}

cleanupOutdatedCaches();
precacheAndRoute(self.__WB_MANIFEST, { ignoreURLParametersMatching: [/./] });
registerRoute(({ url }) => programs.includes(nameOf(url)), new CacheFirst({ cacheName }));
