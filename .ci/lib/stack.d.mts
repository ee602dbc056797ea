import type { Service } from './services.mjs';

type Env = Record<string, string>;

export const storeHash: string;

export function startStandIns(options: {
  shopPort?: number;
  voucherifyPort?: number;
  pages?: string;
  log: string;
}): Promise<{ service: Service; shop: string; voucherify: string }>;

export function backendEnv(options: {
  port: number;
  databaseUrl: string;
  masterKey: string;
  shop: string;
  voucherify: string;
  extra?: Env;
}): Env;

export function startBackend(options: { env: Env; log: string }): Promise<Service>;
export function connectStore(env: Env): Promise<void>;
export function disconnectStore(env: Env): Promise<void>;
export function changeSettings(env: Env, args: string[]): Promise<void>;
