import type { ChildProcess } from 'node:child_process';

/** A running program, as the browser tests see it; see `services.mjs`. */
export interface Service {
  name: string;
  log: string;
  child: ChildProcess;
  ended: Promise<void>;
  stopping: boolean;
  failure: string | null;
}

export function stopService(service: Service, signal?: NodeJS.Signals): Promise<void>;
export function isRunning(service: Service): boolean;
export function freePort(): Promise<number>;
