// What the commands print: one line a step with its time, colours only for people.
const colours = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code) => (text) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);

export const bold = paint('1');
export const dim = paint('2');
export const red = paint('31');
export const green = paint('32');
export const yellow = paint('33');

/** Something to tell the user instead of a stack trace. */
export class Problem extends Error {}

export function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

/** Runs one step, printing what it is before and how long it took after. */
export async function step(title, work) {
  const start = performance.now();
  process.stdout.write(`${dim('•')} ${title} …\n`);
  const result = await work();
  process.stdout.write(`${green('✓')} ${title} ${dim(`(${seconds(start)})`)}\n`);
  return result;
}

/** Lines of the rows, each column as wide as its longest cell. */
export function table(rows) {
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at].length)));
  const line = (row) => row.map((cell, at) => cell.padEnd(widths[at])).join('  ');
  return rows.map((row) => `  ${line(row).trimEnd()}`);
}

/** Runs a command's main function; a Problem ends it with its sentence, anything else as it is. */
export async function main(work) {
  // Ending by `exit` lets what was started be stopped; a signal alone would not.
  process.on('SIGINT', () => process.exit(130));
  process.on('SIGTERM', () => process.exit(143));
  process.on('SIGHUP', () => process.exit(129));
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    process.stderr.write(`\n${red('✗')} ${error.message}\n`);
    process.exitCode = 1;
  }
}
