import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { freePort, isRunning, stopService, type Service } from '../../../.ci/lib/services.mjs';
import { backendEnv, startBackend } from '../../../.ci/lib/stack.mjs';
import { Line } from './line';

/** The backend of a worker: on one port and one database, however often it is stopped. */
export class Backend {
  private service: Service | null = null;

  private constructor(
    readonly env: Record<string, string>,
    readonly log: string,
    /** What is between the browser (and the store's webhooks) and the backend. */
    readonly line: Line,
  ) {}

  static async prepare(folder: string, shop: string, voucherify: string): Promise<Backend> {
    const port = await freePort();
    const line = new Line(port);
    await line.open();
    const env = backendEnv({
      port,
      databaseUrl: `sqlite://${join(folder, 'backend.sqlite')}?mode=rwc`,
      masterKey: randomBytes(32).toString('base64'),
      shop,
      voucherify,
      extra: { VOUCHERBRIDGE_PUBLIC_URL: line.url },
    });
    return new Backend(env, join(folder, 'backend.log'), line);
  }

  get url(): string {
    return this.env.VOUCHERBRIDGE_PUBLIC_URL!;
  }

  get running(): boolean {
    return this.service !== null && isRunning(this.service);
  }

  /** Starts it, with more environment if wanted, and waits until it is ready. */
  async start(extra: Record<string, string> = {}): Promise<void> {
    if (this.running) return;
    await this.line.open();
    this.service = await startBackend({ env: { ...this.env, ...extra }, log: this.log });
  }

  /** Stops it as an operator does: it may finish what it is doing. */
  async stop(): Promise<void> {
    if (this.service) await stopService(this.service);
    this.service = null;
    await this.line.cut();
  }

  /** Stops it as a power cut does. */
  async kill(): Promise<void> {
    if (this.service) await stopService(this.service, 'SIGKILL');
    this.service = null;
    await this.line.cut();
  }

  /** Resolves when it has ended by itself, as it does at a kill point. */
  async ended(): Promise<void> {
    await this.service?.ended;
  }
}
