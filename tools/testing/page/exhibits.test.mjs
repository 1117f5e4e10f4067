// Every exhibit that the command line lists runs in the page: see exhibits_table.mjs.
// exhibits_others.test.mjs has the other half.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { serve } from './engine_rig.mjs';
import { exhibits } from './exhibits_rig.mjs';
import { hold, share } from './exhibits_table.mjs';

const server = await serve();
after(() => server.close());

test('there are exhibits, in historical order', () => {
  const years = exhibits().map((e) => e.year);
  assert.ok(years.length > 0);
  assert.deepEqual(years, [...years].sort((a, b) => a - b));
});

test('every exhibit shows the numbers of the command line, and they follow its controls', (t) => hold(t, server.url, share(0)));
