// Rust as text: what of a file is code, and how long its functions are.

const NOT_CODE = [
  /\/\/[^\n]*/,
  /\/\*[^]*?\*\//,
  /b?r(?<hashes>#*)"[^]*?"\k<hashes>/,
  /b?"(?:[^"\\]|\\[^])*"/,
  /b?'(?:[^'\\\n]|\\(?:u\{[^}]*\}|x..|[^]))'/,
];
const COMMENT_OR_TEXT = new RegExp(NOT_CODE.map(({ source }) => source).join('|'), 'g');

/** A text with blanks in place of comments, strings and characters. Every line stays where it is. */
export const codeOf = (text) => text.replace(COMMENT_OR_TEXT, blank);

/** Code with blanks in place of each item that is compiled for tests only. */
export function withoutTests(code) {
  const attribute = /#\[cfg\((?:test|all\(test\b[^\]]*\))\)\]/g;
  let found = '';
  let from = 0;
  for (let match = attribute.exec(code); match; match = attribute.exec(code)) {
    const end = endOfItem(code, attribute.lastIndex);
    found += code.slice(from, match.index) + blank(code.slice(match.index, end));
    attribute.lastIndex = end;
    from = end;
  }
  return found + code.slice(from);
}

/** The functions of a Rust file, each with its first line and how many lines it has. */
export function rustFunctions(text) {
  const code = codeOf(text);
  return [...code.matchAll(/\bfn\s+(\w+)/g)].map(({ index, 1: name }) => {
    const item = code.slice(index, endOfItem(code, index));
    return { name, line: lineAt(code, index), lines: lineAt(item, item.length) };
  });
}

/** The line of a place in a text. The first is 1. */
export const lineAt = (text, place) => text.slice(0, place).split('\n').length;

const blank = (text) => text.replace(/[^\n]/g, ' ');

/** Where an item ends: after its braces, or after the `;` of one that has none. */
function endOfItem(code, start) {
  const attributes = /(?:\s*#\[[^\]]*\])*/y;
  attributes.lastIndex = start;
  attributes.test(code);
  let depth = 0;
  for (let at = attributes.lastIndex; at < code.length; at += 1) {
    if ('([{'.includes(code[at])) depth += 1;
    if (')]}'.includes(code[at])) depth -= 1;
    if (depth === 0 && ';}'.includes(code[at])) return at + 1;
  }
  return code.length;
}
