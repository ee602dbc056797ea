// Programs that run to their end.
import { spawn } from 'node:child_process';
import { Problem } from './console.mjs';
import { root, toolEnv } from './paths.mjs';

/**
 * Runs a program and resolves to its exit code. Output goes to the terminal; with `capture` also to
 * the result, so that it can be counted while somebody watches it.
 */
export function run(
  command,
  args,
  { env = toolEnv(), cwd = root, capture = false, quiet = false } = {},
) {
  return new Promise((resolve, reject) => {
    const piped = capture || quiet;
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', ...(piped ? ['pipe', 'pipe'] : ['inherit', 'inherit'])],
    });
    let output = '';
    for (const name of piped ? ['stdout', 'stderr'] : []) {
      child[name].setEncoding('utf8').on('data', (text) => {
        output += text;
        if (!quiet) process[name].write(text);
      });
    }
    child.on('error', (error) => {
      const missing = error.code === 'ENOENT';
      reject(missing ? new Problem(`${command} is not installed, or not on the PATH.`) : error);
    });
    child.on('close', (code, signal) => resolve({ code: code ?? 1, signal, output }));
  });
}

/** Runs a program that must succeed; when it does not, its output and command are the message. */
export async function must(command, args, options = {}) {
  const { code, output } = await run(command, args, options);
  if (code === 0) return output;
  const said = options.quiet ? `${output.trimEnd()}\n` : '';
  throw new Problem(`${said}"${[command, ...args].join(' ')}" ended with code ${code}.`);
}
