// The order of the house: no circle of imports, no arrow upwards, no file and no function that is
// too long to read.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { test } from 'node:test';
import { parseAst } from 'vite';
import { circlesAsText, filesUnder, rustArrows, scriptArrows, upwards } from '../lib/imports.mjs';
import { root } from '../lib/paths.mjs';
import { lineAt, rustFunctions } from '../lib/rust.mjs';

const MOST_LINES_OF_A_FILE = 400;
const MOST_LINES_OF_A_FUNCTION = 60;

const CRATES = [
  ['backend/src', 'lib.rs'],
  ['backend/src', 'main.rs'],
  ['checkout-wasm/src', 'lib.rs'],
  ['tests/stand-in/src', 'lib.rs'],
];
const SCRIPTS = ['.ci', 'checkout-wasm', 'www/store', 'tests/e2e', 'tests/stand-in/js'];

/** The backend from the top. A file may take names from its own layer and from those below it. */
const BACKEND = [
  { rooms: ['main', 'cli'], why: 'starts the program; nothing needs to know how' },
  { rooms: ['lib'], why: 'names the rooms' },
  { rooms: ['server'], why: 'puts together what is served' },
  { rooms: ['routes', 'worker'], why: 'who comes in: a request, or a job that is due' },
  { rooms: ['app', 'jobs'], why: 'what those who come in share, and which flow a job runs' },
  { rooms: ['flows'], why: 'the stories; they know nobody who asks for them' },
  { rooms: ['connections', 'context'], why: 'what a story gets: one shop, its clients, its data' },
  { rooms: ['error'], why: 'what goes wrong in a story, made of what goes wrong below' },
  { rooms: ['database', 'bigcommerce', 'voucherify'], why: 'the edges; none knows a story' },
  {
    rooms: ['config', 'telemetry', 'checkout_module', 'upstream', 'kill_points', 'crypto', 'clock'],
    why: 'tools that know no shop',
  },
  { rooms: ['domain'], why: 'the rules; they need nothing' },
];

/** Fails with a line for each that was found. */
const none = (found) => assert.ok(found.length === 0, `\n${found.join('\n')}`);

const own = (endings) =>
  filesUnder(root, endings).map((file) => ({ file: relative(root, file), text: read(file) }));
const read = (file) => readFileSync(file, 'utf8');

for (const [source, top] of CRATES) {
  test(`no circle in ${source} (${top})`, () => {
    const arrows = rustArrows(join(root, source), top);
    assert.ok([...arrows.values()].some(({ size }) => size > 0));
    none(circlesAsText(arrows));
  });
}

test('no circle in the scripts', () => {
  const folders = SCRIPTS.map((folder) => join(root, folder));
  const files = folders.flatMap((folder) => filesUnder(folder, ['.mjs', '.js', '.ts']));
  const arrows = scriptArrows(files);
  assert.ok([...arrows.values()].some(({ size }) => size > 0));
  none(circlesAsText(arrows));
});

for (const top of ['lib.rs', 'main.rs']) {
  test(`no arrow goes up in the backend (${top})`, () => {
    none(upwards(rustArrows(join(root, 'backend/src'), top), BACKEND));
  });
}

test(`no file has more than ${MOST_LINES_OF_A_FILE} lines`, () => {
  const files = own(['.rs', '.mjs', '.js', '.ts', '.css']);
  const lines = ({ text }) => text.split('\n').length - 1;
  const long = files.filter((one) => lines(one) > MOST_LINES_OF_A_FILE);
  assert.ok(files.length > 0);
  none(long.map((one) => `${one.file} has ${lines(one)}`));
});

test(`no function has more than ${MOST_LINES_OF_A_FUNCTION} lines`, () => {
  const functions = [
    ...own(['.rs']).flatMap(({ file, text }) =>
      rustFunctions(text).map((one) => ({ file, ...one })),
    ),
    ...own(['.mjs', '.js', '.ts']).flatMap(({ file, text }) =>
      scriptFunctions(file, text).map((one) => ({ file, ...one })),
    ),
  ];
  const long = functions.filter(({ lines }) => lines > MOST_LINES_OF_A_FUNCTION);
  assert.ok(functions.length > 0);
  none(long.map(({ file, line, lines }) => `${file}:${line} has ${lines}`));
});

test('the lines of a script’s functions are counted, those of nested ones too', () => {
  const text =
    'const f = async (a: number) => {\n  return {\n    g() {\n    },\n  };\n};\nfunction h() {}\n';
  assert.deepEqual(scriptFunctions('a.ts', text), [
    { line: 1, lines: 6 },
    { line: 3, lines: 2 },
    { line: 7, lines: 1 },
  ]);
});

/** The functions of a script, each with its first line and how many lines it has. */
function scriptFunctions(file, text) {
  const found = [];
  const visit = (node) => {
    if (/Function/.test(node?.type) && node.body) {
      const lines = lineAt(text, node.end) - lineAt(text, node.start) + 1;
      found.push({ line: lineAt(text, node.start), lines });
    }
    if (node && typeof node === 'object') Object.values(node).forEach(visit);
  };
  visit(parseAst(text, { lang: extname(file) === '.ts' ? 'ts' : 'js' }));
  return found;
}
