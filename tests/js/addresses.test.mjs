import assert from 'node:assert/strict';
import test from 'node:test';
import { addressesIn } from '../../static/src/lib/addresses.js';

test('addresses are found however they are pasted, each once', () => {
  const pasted = `ann@example.com, Ben@Example.com;carla@example.com
    "Dorn, Emil" <emil@example.com>, Frida Groß <frida@example.com>
    mailto:gus@example.com (hana@example.com) ann@example.com.`;
  assert.deepEqual(addressesIn(pasted), {
    addresses: ['ann@example.com', 'ben@example.com', 'carla@example.com', 'emil@example.com', 'frida@example.com', 'gus@example.com', 'hana@example.com'],
    mistakes: [],
  });
});

test('what is no address is named as it was written', () => {
  assert.deepEqual(addressesIn('ann ben@ @example.com carla@localhost d@example.com'), {
    addresses: ['d@example.com'],
    mistakes: ['ann', 'ben@', '@example.com', 'carla@localhost'],
  });
  assert.deepEqual(addressesIn('  \n,; '), { addresses: [], mistakes: [] });
});
