// Keeps one build of the site for visits without a connection. Bundled with
// Workbox by tools/site/build.mjs, which puts the list of files in place of
// self.__WB_MANIFEST.
//
// A build is stored whole and takes over whole: at the next visit once no page
// of the build before is open, or when the page sends SKIP_WAITING. Models are
// not in the list; the engine stores those it loads by their hash.

import { cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching';

self.addEventListener('message', (event) => {
  if (event.data?.type === 'SKIP_WAITING') self.skipWaiting();
});
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

cleanupOutdatedCaches();
precacheAndRoute(self.__WB_MANIFEST, { ignoreURLParametersMatching: [/./] });
