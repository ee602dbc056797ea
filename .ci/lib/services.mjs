// Programs that keep running: the stand-ins and the backend, in the demo and in browser tests.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Problem } from './console.mjs';
import { root } from './paths.mjs';

/** What is running. Whatever ends us, a crash as well, ends these first. */
const running = new Set();
process.on('exit', () => {
  for (const service of running) signalGroup(service, 'SIGKILL');
});

/**
 * Starts a program with its output in a log file. It gets a process group of its own: Ctrl-C in the
 * terminal reaches only us, and we stop it in order.
 */
export function startService(name, command, args, { env, log, uid, gid }) {
  mkdirSync(dirname(log), { recursive: true });
  const file = openSync(log, 'a');
  const child = spawn(command, args, {
    // Another user may not be allowed to enter the project.
    cwd: uid === undefined ? root : '/',
    uid,
    gid,
    env: { ...process.env, ...env },
    stdio: ['ignore', file, file],
    detached: true,
  });
  closeSync(file);
  const service = { name, log, child, stopping: false, failure: null };
  running.add(service);
  service.ended = new Promise((resolve) => {
    child.on('error', (error) => {
      running.delete(service);
      service.failure = `${name} did not start: ${error.message}`;
      resolve();
    });
    child.on('exit', (code, signal) => {
      running.delete(service);
      if (!service.stopping)
        service.failure = `${name} ended by itself (${signal ?? `code ${code}`}). Its log: ${log}`;
      resolve();
    });
  });
  return service;
}

/** Stops a program: politely, then after five seconds for good. */
export async function stopService(service, signal = 'SIGTERM') {
  service.stopping = true;
  if (!isRunning(service)) return;
  signalGroup(service, signal);
  const stopped = await Promise.race([
    service.ended.then(() => true),
    pause(5000, false, { ref: false }),
  ]);
  if (!stopped) signalGroup(service, 'SIGKILL');
  await service.ended;
}

export function isRunning({ child }) {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** Asks `probe` until it answers something; ends with a Problem when the program died or is late. */
export async function until(service, probe, { timeout = 30_000, what = 'be ready' } = {}) {
  const deadline = Date.now() + timeout;
  for (;;) {
    const answer = await Promise.resolve(probe()).catch(() => null);
    if (answer) return answer;
    if (service.failure) throw new Problem(`${service.failure}\n${tail(service.log)}`);
    if (Date.now() > deadline) {
      throw new Problem(
        `${service.name} took longer than ${timeout / 1000} s to ${what}. Its log: ${service.log}\n${tail(service.log)}`,
      );
    }
    await pause(50);
  }
}

/** The line of JSON with which the stand-ins tell their addresses. */
export function announced(service) {
  return until(service, () => {
    const line = readFileSync(service.log, 'utf8')
      .split('\n')
      .findLast((each) => each.startsWith('{"bigcommerce"'));
    return line ? JSON.parse(line) : null;
  });
}

/** Whether a GET is answered with success. */
export async function answers(url) {
  return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
}

/** A port that nobody listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Whether something accepts connections on a port of this machine. */
export function answersOn(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('close', () => socket.destroy());
    socket.on('connect', () => socket.end());
  });
}

/** The last lines of a log, for a message. */
export function tail(log, lines = 15) {
  try {
    return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}

function signalGroup({ child }, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
