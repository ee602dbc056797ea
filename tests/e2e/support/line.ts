import {
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the line does to the requests whose path fits; the first fitting one counts. */
export interface Trouble {
  path?: RegExp;
  does:
    | { kind: 'slow'; ms: number }
    /** Another answer than the backend's. */
    | { kind: 'answer'; status: number; type: string; body: string }
    /** The backend's answer with its last byte turned. */
    | { kind: 'changed' }
    /** No answer at all, for as long as the test lasts. */
    | { kind: 'silent' };
}

/**
 * The line between the browser and the backend. The backend's public address is the line's, so a
 * test can make the backend slow, silent or nonsensical without touching it.
 */
export class Line {
  private troubles: Trouble[] = [];
  private server: Server | null = null;
  private port = 0;

  constructor(private readonly backendPort: number) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Takes calls: on the same port each time, as the store's script has it in its address. */
  async open(): Promise<void> {
    if (this.server) return;
    const server = createServer((incoming, answer) => void this.pass(incoming, answer));
    await new Promise<void>((resolve, reject) => {
      server.on('error', reject).listen(this.port, '127.0.0.1', resolve);
    });
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** Nobody listens any more: what is tried now is refused. */
  async cut(): Promise<void> {
    const server = this.server;
    if (!server) return;
    this.server = null;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  disturb(...troubles: Trouble[]): void {
    this.troubles.push(...troubles);
  }

  calm(): void {
    this.troubles = [];
  }

  private async pass(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const trouble = this.troubles.find(({ path }) => path?.test(incoming.url ?? '') ?? true)?.does;
    if (trouble?.kind === 'silent') return;
    if (trouble?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, trouble.ms));
    if (trouble?.kind === 'answer' && incoming.method !== 'OPTIONS') {
      const { origin = '*' } = incoming.headers;
      const headers = { 'content-type': trouble.type, 'access-control-allow-origin': origin };
      answer.writeHead(trouble.status, headers).end(trouble.body);
      return;
    }
    this.forward(incoming, answer, trouble?.kind === 'changed');
  }

  private forward(incoming: IncomingMessage, answer: ServerResponse, change: boolean): void {
    const { method, url: path, headers } = incoming;
    // Compressed bytes that are changed would not even unpack.
    if (change) delete headers['accept-encoding'];
    const onward = request(
      // A connection of its own: one that is kept may just be closing.
      { host: '127.0.0.1', port: this.backendPort, method, path, headers, agent: false },
      (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.rawHeaders);
        if (!change) return void reply.pipe(answer);
        const parts: Buffer[] = [];
        reply.on('data', (part: Buffer) => parts.push(part));
        reply.on('end', () => {
          const body = Buffer.concat(parts);
          body.writeUInt8(body.readUInt8(body.length - 1) ^ 1, body.length - 1);
          answer.end(body);
        });
      },
    );
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }
}
