/** One call that a stand-in received, from its log. */
export interface Call {
  seq: number;
  started_ms: number;
  finished_ms: number;
  area: 'management' | 'storefront' | 'page' | 'webhook' | 'voucherify' | 'control';
  method: string;
  path: string;
  query: string;
  status: number;
  request_body: unknown;
  response_body: unknown;
}

/** What a faulty route does; the first rule that fits a call wins. */
export interface Fault {
  method?: string;
  /** A regular expression on the path. */
  path: string;
  area?: Call['area'];
  /** How many calls it hits; all when left out. */
  times?: number;
  /** How many fitting calls are let through first. */
  skip?: number;
  action:
    | { kind: 'status'; status: number; headers?: Record<string, string>; body?: unknown }
    | { kind: 'delay'; ms: number }
    | { kind: 'drop' }
    | { kind: 'drop_after' }
    | { kind: 'rubbish' };
}

/** The control API that both stand-ins have. */
export class Control {
  constructor(readonly url: string) {}

  /** Back to the demo data; see the fixtures' comment for what stays. */
  async reset(everything = false): Promise<void> {
    await this.send('POST', '/control/reset', { everything });
  }

  /** The calls received since the reset, oldest first, perhaps only those whose path contains `path`. */
  async calls(path = '', since = 0): Promise<Call[]> {
    const query = new URLSearchParams({ path, since: String(since) });
    const { calls } = await this.get<{ calls: Call[] }>(`/control/calls?${query}`);
    return calls;
  }

  async forgetCalls(): Promise<void> {
    await this.send('DELETE', '/control/calls');
  }

  async fault(fault: Fault): Promise<void> {
    await this.send('POST', '/control/faults', fault);
  }

  /** How many calls a fault hit until now. */
  async hits(): Promise<number> {
    const { faults } = await this.get<{ faults: { hits: number }[] }>('/control/faults');
    return faults.reduce((sum, { hits }) => sum + hits, 0);
  }

  async noFaults(): Promise<void> {
    await this.send('DELETE', '/control/faults');
  }

  /** Moves the clock of both stand-ins forward. */
  async advance(seconds: number): Promise<void> {
    await this.send('PUT', '/control/clock', { advance_seconds: seconds });
  }

  async switches(wanted: Record<string, unknown>): Promise<void> {
    await this.send('PUT', '/control/switches', wanted);
  }

  async get<T>(path: string): Promise<T> {
    return (await this.send('GET', path)) as T;
  }

  async send(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(this.url + path, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  }
}
