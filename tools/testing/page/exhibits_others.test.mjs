// The other half of exhibits.test.mjs.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { serve } from './engine_rig.mjs';
import { exhibits } from './exhibits_rig.mjs';
import { hold, share } from './exhibits_table.mjs';

const server = await serve();
after(() => server.close());

test('both halves are all', () => {
  const both = [...share(0), ...share(1)].map(({ id }) => id);
  assert.deepEqual(both.sort(), exhibits().map(({ id }) => id).sort());
});

test('every other exhibit shows the numbers of the command line, and they follow its controls', (t) => hold(t, server.url, share(1)));
