import assert from 'node:assert/strict';
import { test } from 'node:test';
import { table } from '../lib/console.mjs';

test('a column is as wide as its longest cell, so that no words run together', () => {
  const rule = 'refused: a text would have to be filled in';
  const lines = table([
    ['SAVE10', '', '10 % off'],
    ['FREEPEN', rule, 'A free pen'],
  ]);
  assert.deepEqual(lines, [
    `  SAVE10   ${' '.repeat(rule.length)}  10 % off`,
    `  FREEPEN  ${rule}  A free pen`,
  ]);
  assert.deepEqual(table([]), []);
});
