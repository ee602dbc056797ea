import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { circles, circlesAsText, rustArrows, scriptArrows, upwards } from '../lib/imports.mjs';
import { codeOf, rustFunctions, withoutTests } from '../lib/rust.mjs';

/** What `work` makes of a temporary folder with these files. */
function inFolder(files, work) {
  const folder = mkdtempSync(join(tmpdir(), 'imports-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The files that `a.rs` takes names from, beside some files that hold names. */
function takenBy(text, others = {}) {
  const files = {
    'lib.rs': 'mod a; mod b; mod c; mod room;',
    'a.rs': text,
    'b.rs': 'pub struct B; pub fn work() {}',
    'c.rs': 'pub struct C;',
    'room/mod.rs': 'mod inner; mod other; pub use inner::Inner; pub use other::*; pub struct Own;',
    'room/inner.rs': 'pub struct Inner;',
    'room/other.rs': 'pub struct Other;',
    ...others,
  };
  return inFolder(files, (folder) => [...rustArrows(folder).get('a.rs')].sort());
}

test('every branch of a tree of names is followed', () => {
  const tree = 'use crate::{b::{self, B}, room::{Own, inner::{Inner as I}},\n    c::C};';
  assert.deepEqual(takenBy(tree), ['b.rs', 'c.rs', 'room/inner.rs', 'room/mod.rs']);
});

test('a name that is handed on leads to the file that defines it', () => {
  assert.deepEqual(takenBy('use crate::room::Inner;'), ['room/inner.rs']);
  assert.deepEqual(takenBy('use crate::room::Own;'), ['room/mod.rs']);
  const renamed = { 'room/mod.rs': 'mod inner; pub(crate) use inner::Inner as Renamed;' };
  assert.deepEqual(takenBy('use crate::room::Renamed;', renamed), ['room/inner.rs']);
});

test('a name that is handed on with all others leads to the file that defines it', () => {
  assert.deepEqual(takenBy('use crate::room::Other;'), ['room/other.rs']);
  const twice = { 'lib.rs': 'mod a; mod b; mod room; pub use room::*;' };
  assert.deepEqual(takenBy('use crate::Inner;', twice), ['room/inner.rs']);
});

test('what a file hands on is no arrow of its own', () => {
  const arrows = inFolder({ 'lib.rs': 'mod a; pub use a::A;', 'a.rs': 'pub struct A;' }, (folder) =>
    rustArrows(folder).get('lib.rs'),
  );
  assert.deepEqual([...arrows], []);
});

test('paths begin at the crate, at the file itself or above it', () => {
  const files = {
    'lib.rs': 'mod top; mod room;',
    'top.rs': 'pub struct Top;',
    'room.rs': 'mod one; mod two; use self::one::One;',
    'room/one.rs': 'use super::two::Two; use super::super::top::Top;',
    'room/two.rs': 'use super::*;',
  };
  inFolder(files, (folder) => {
    const arrows = rustArrows(folder);
    assert.deepEqual([...arrows.get('room.rs')], ['room/one.rs']);
    assert.deepEqual([...arrows.get('room/one.rs')], ['room/two.rs', 'top.rs']);
    assert.deepEqual([...arrows.get('room/two.rs')], ['room.rs']);
  });
});

test('a path in the code counts, and what it is short for', () => {
  assert.deepEqual(takenBy('fn f() { crate::b::work(); }'), ['b.rs']);
  assert.deepEqual(takenBy('use crate::{b, room};\nfn f() { b::work(); room::Inner; }'), [
    'b.rs',
    'room/inner.rs',
    'room/mod.rs',
  ]);
  assert.deepEqual(takenBy('use std::fmt; fn f() { fmt::b::work(); other_crate::c::C; }'), []);
});

test('code for tests is left out, and the code after it is not', () => {
  const cases = [
    '#[cfg(test)]\nmod tests { use crate::b::B; fn f() { if true { } } }',
    '#[cfg(all(test, target_arch = "wasm32"))]\nmod tests { use crate::b::B; }',
    '#[cfg(test)]\nuse crate::b::{B, work};',
    '#[cfg(test)]\n#[allow(unused)]\npub(crate) fn f(a: [u8; 2]) { crate::b::work(); }',
    '#[cfg(test)]\nmod tests { const BRACE: char = \'}\'; const TEXT: &str = "}"; use crate::b::B; }',
  ];
  for (const text of cases) {
    assert.deepEqual(takenBy(`${text}\nuse crate::c::C;`), ['c.rs'], text);
  }
  const beside = { 'a/tests.rs': 'use crate::b::B;' };
  assert.deepEqual(takenBy('#[cfg(test)]\nmod tests;\nuse crate::c::C;', beside), ['c.rs']);
  assert.deepEqual(takenBy('#[cfg(not(test))]\nuse crate::b::B;'), ['b.rs']);
});

test('comments, strings and characters are no code, and lines stay where they are', () => {
  const texts = [
    '// use crate::b::B; and a lonely "\nuse crate::c::C;',
    '/* "\nuse crate::b::B; */ use crate::c::C;',
    'const A: &str = "// \\" crate::b::B";\nuse crate::c::C;',
    'const A: &str = r#"say "crate::b::B" \\"#;\nuse crate::c::C;',
    'const A: char = \'"\';\nuse crate::c::C; const B: &str = "crate::b::B";',
    "fn f<'a>(x: &'a str, y: &'a str) {}\nuse crate::c::C;",
  ];
  for (const text of texts) {
    assert.deepEqual(takenBy(text), ['c.rs'], text);
    assert.equal(codeOf(text).length, text.length);
    assert.equal(codeOf(text).split('\n').length, text.split('\n').length);
  }
  assert.equal(
    withoutTests('a\n#[cfg(test)]\nfn b() {\n}\nc'),
    `a\n${' '.repeat(12)}\n${' '.repeat(8)}\n \nc`,
  );
});

test('a second root is a crate of its own', () => {
  const files = {
    'lib.rs': 'mod a;',
    'a.rs': '',
    'main.rs': 'mod cli; fn main() { cli::run(); }',
    'cli.rs': 'use crate::main;',
  };
  inFolder(files, (folder) => {
    assert.deepEqual([...rustArrows(folder, 'main.rs').keys()], ['main.rs', 'cli.rs']);
    assert.deepEqual(circles(rustArrows(folder, 'main.rs')), [['cli.rs', 'main.rs']]);
    assert.deepEqual(circles(rustArrows(folder)), []);
  });
});

test('a circle is found however long it is, and told once', () => {
  const arrows = new Map([
    ['a', new Set(['b'])],
    ['b', new Set(['c', 'd'])],
    ['c', new Set(['a'])],
    ['d', new Set(['e'])],
    ['e', new Set()],
  ]);
  assert.deepEqual(circles(arrows), [['a', 'b', 'c']]);
  assert.deepEqual(circlesAsText(arrows), ['a → b', 'b → c', 'c → a']);
  arrows.get('c').delete('a');
  assert.deepEqual(circles(arrows), []);
});

test('the arrows of scripts', () => {
  const files = {
    'a.ts':
      "import { b } from './b';\nimport type { C } from \"./sub/c.ts\";\nexport * from './d.mjs';",
    'b.ts': "const c = await import('./sub/c.ts');\nimport './d.mjs';",
    'sub/c.ts': "import { b } from '../b';\nimport fs from 'node:fs';",
    'd.mjs': "import { x } from 'package';\nimport { missing } from './missing.mjs';",
  };
  inFolder(files, (folder) => {
    const paths = Object.keys(files).map((name) => join(folder, name));
    const arrows = [...scriptArrows(paths)].map(([file, taken]) => [
      file.slice(folder.length + 1),
      [...taken].map((one) => one.slice(folder.length + 1)),
    ]);
    assert.deepEqual(Object.fromEntries(arrows), {
      'a.ts': ['b.ts', 'sub/c.ts', 'd.mjs'],
      'b.ts': ['sub/c.ts', 'd.mjs'],
      'sub/c.ts': ['b.ts'],
      'd.mjs': [],
    });
    assert.equal(circles(scriptArrows(paths)).length, 1);
  });
});

test('an arrow up is found, and a file without a place', () => {
  const order = [{ rooms: ['top', 'beside'] }, { rooms: ['bottom'] }];
  const arrows = new Map([
    ['top/mod.rs', new Set(['bottom.rs', 'beside.rs'])],
    ['beside.rs', new Set(['top/mod.rs'])],
    ['bottom.rs', new Set()],
  ]);
  assert.deepEqual(upwards(arrows, order), []);
  arrows.get('bottom.rs').add('top/deep/one.rs');
  arrows.set('new.rs', new Set());
  assert.deepEqual(upwards(arrows, order), [
    'bottom.rs → top/deep/one.rs',
    'new.rs has no place in the order',
  ]);
});

test('the lines of a function are counted from its first to its closing brace', () => {
  const text = [
    'pub async fn one(a: [u8; 3]) -> Option<u8> {',
    '    // }',
    "    if true { None } else { Some(b'}' as u8) }",
    '}',
    'trait T { fn declared(&self) -> u8; }',
    'fn short() {}',
    'impl A {',
    '    fn inner() {',
    '        let f: fn(u8) -> u8 = |x| { x };',
    '    }',
    '}',
  ].join('\n');
  assert.deepEqual(rustFunctions(text), [
    { name: 'one', line: 1, lines: 4 },
    { name: 'declared', line: 5, lines: 1 },
    { name: 'short', line: 6, lines: 1 },
    { name: 'inner', line: 8, lines: 3 },
  ]);
});
