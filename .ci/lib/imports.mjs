// Which file of a crate names what of which other file, read from its `use` lines and paths as text.
//
// A name that a `mod.rs` hands on by `pub use` is followed to the file that defines it, so that a room's
// door is no arrow. Code under `#[cfg(test)]` is left out.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf, withoutTests } from './rust.mjs';

/** The arrows of a Rust crate: a map of each file to the set of files that it takes names from. */
export function rustArrows(source, root = 'lib.rs') {
  const modules = new Map();
  collect(source, root, [], modules);
  const arrows = new Map();
  for (const module of modules.values()) {
    const taken = new Set();
    for (const path of module.paths) {
      const file = resolve(modules, module, path);
      if (file && file !== module.file) taken.add(file);
    }
    arrows.set(module.file, taken);
  }
  return arrows;
}

/** The arrows of scripts: relative imports between the files of a folder. */
export function scriptArrows(files) {
  const known = new Set(files);
  const arrows = new Map();
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const named = [...text.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)];
    const found = named.flatMap(([, path]) => {
      const base = join(dirname(file), path);
      return [base, `${base}.ts`, `${base}.mjs`, `${base}.js`, join(base, 'index.ts')].filter(
        (one) => known.has(one),
      );
    });
    arrows.set(file, new Set(found.filter((one) => one !== file)));
  }
  return arrows;
}

/** The groups of files that reach each other, each sorted; none in a house without circles. */
export function circles(arrows) {
  const index = new Map();
  const low = new Map();
  const stack = [];
  const found = [];
  const visit = (file) => {
    index.set(file, index.size);
    low.set(file, index.get(file));
    stack.push(file);
    for (const next of arrows.get(file) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(file, Math.min(low.get(file), low.get(next)));
    }
    if (low.get(file) !== index.get(file)) return;
    const group = stack.splice(stack.indexOf(file));
    if (group.length > 1) found.push(group.sort());
  };
  for (const file of arrows.keys()) if (!index.has(file)) visit(file);
  return found;
}

/** The arrows that make circles, each as a line of text. */
export const circlesAsText = (arrows) =>
  circles(arrows).flatMap((group) =>
    group.map((file) => {
      const others = [...arrows.get(file)].filter((one) => group.includes(one));
      return `${file} → ${others.join(', ')}`;
    }),
  );

/**
 * The arrows that go up, as text, and the files that have no place. `order` lists the layers from the
 * top; each has the files and folders that are in it.
 */
export function upwards(arrows, order) {
  const place = (file) => {
    const [room] = file.replace(/\.rs$/, '').split('/');
    return order.findIndex(({ rooms }) => rooms.includes(room));
  };
  return [...arrows].flatMap(([file, taken]) => {
    if (place(file) < 0) return [`${file} has no place in the order`];
    const above = [...taken].filter((one) => place(one) >= 0 && place(one) < place(file));
    return above.map((one) => `${file} → ${one}`);
  });
}

/** Every file under a folder whose name ends so, without what is built, installed or recorded. */
export function filesUnder(folder, endings) {
  const skipped = ['node_modules', 'target', 'dist', 'pkg', 'fixtures', 'report', 'test-results'];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    const isOurs = !skipped.includes(entry.name) && /^(\.ci$|[^.])/.test(entry.name);
    if (entry.isDirectory()) return isOurs ? filesUnder(path, endings) : [];
    return endings.some((ending) => entry.name.endsWith(ending)) ? [path] : [];
  });
}

function collect(source, file, name, modules) {
  const text = withoutTests(codeOf(readFileSync(join(source, file), 'utf8')));
  const isDoor = /(^|\/)(mod|lib|main)\.rs$/.test(file);
  const folder = isDoor ? dirname(file) : file.replace(/\.rs$/, '');
  const declared = [...text.matchAll(/\bmod\s+(\w+)\s*;/g)].map(([, child]) => child);
  const children = declared.filter((child) => childFile(source, folder, child));
  const { uses, rest } = usesOf(text);
  const aliases = new Map(uses.map(({ alias, path }) => [alias, path]));
  const exported = uses.filter((one) => one.isPublic);
  const inline = [...rest.matchAll(/(?<![\w:])((?:\w+::)+\w+)/g)].map(([, path]) =>
    path.split('::'),
  );
  const own = uses.filter((one) => !one.isPublic).map(({ path }) => path);
  const paths = [...own, ...inline];
  const module = { name, file, children, aliases, exported, paths, text };
  modules.set(name.join('::'), module);
  for (const child of children)
    collect(source, childFile(source, folder, child), [...name, child], modules);
}

function childFile(source, folder, child) {
  const files = [join(folder, `${child}.rs`), join(folder, child, 'mod.rs')];
  return files.find((file) => existsSync(join(source, file)));
}

/** The file that defines what a path of a module names; nothing where that is no file of the crate. */
function resolve(modules, from, path, depth = 0) {
  if (depth > 9) return null;
  let [first, ...rest] = path;
  let current;
  if (first === 'crate') current = modules.get('');
  else if (first === 'self') current = from;
  else if (first === 'super') current = parent(modules, from);
  else if (from.children.includes(first)) current = child(modules, from, first);
  else if (depth === 0 && from.aliases.has(first) && from.aliases.get(first)[0] !== first) {
    return resolve(modules, from, [...from.aliases.get(first), ...rest], depth + 1);
  }
  while (current && rest.length > 0) {
    const [next, ...after] = rest;
    if (next === 'super') current = parent(modules, current);
    else if (next === 'self');
    else if (current.children.includes(next)) current = child(modules, current, next);
    else return handedOn(modules, current, rest, depth) ?? current.file;
    rest = after;
  }
  return current?.file ?? null;
}

function handedOn(modules, module, [name, ...rest], depth) {
  const one = module.exported.find(({ alias }) => alias === name);
  if (one) return resolve(modules, module, [...one.path, ...rest], depth + 1);
  for (const { alias, path } of module.exported) {
    if (alias !== '*') continue;
    const file = resolve(modules, module, [...path.slice(0, -1), name], depth + 1);
    const target = [...modules.values()].find((other) => other.file === file);
    if (
      target &&
      new RegExp(`\\b(fn|struct|enum|trait|type|const|static)\\s+${name}\\b`).test(target.text)
    )
      return file;
  }
  return null;
}

const parent = (modules, { name }) => modules.get(name.slice(0, -1).join('::'));
const child = (modules, { name }, next) => modules.get([...name, next].join('::'));

/** Every `use` of a text, its tree spread out, and the text without them. */
function usesOf(text) {
  const uses = [];
  const rest = text.replace(
    /(?<=^\s*|[;{}\]]\s*)(pub(?:\([^)]*\))?\s+)?\buse\s+([^;]+);/g,
    (_, visibility, tree) => {
      for (const path of spread(tree.replace(/\s+as\s+/g, '@').replace(/\s+/g, ''))) {
        const last = path.at(-1);
        const [name, alias = name] = last.split('@');
        const whole = [...path.slice(0, -1), name].filter(
          (part, at) => part !== 'self' || at === 0,
        );
        uses.push({
          isPublic: Boolean(visibility),
          alias: alias === 'self' ? path.at(-2) : alias,
          path: whole,
        });
      }
      return '';
    },
  );
  return { uses, rest };
}

function spread(tree) {
  const open = tree.indexOf('{');
  if (open < 0) return [tree.split('::')];
  const front = tree.slice(0, open).split('::').filter(Boolean);
  return parts(tree.slice(open + 1, tree.lastIndexOf('}'))).flatMap((part) =>
    spread(part).map((path) => [...front, ...path]),
  );
}

function parts(list) {
  const found = [''];
  let depth = 0;
  for (const letter of list) {
    if (letter === '{') depth += 1;
    if (letter === '}') depth -= 1;
    if (letter === ',' && depth === 0) found.push('');
    else found[found.length - 1] += letter;
  }
  return found.filter(Boolean);
}
