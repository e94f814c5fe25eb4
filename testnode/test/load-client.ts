import { Agent, request } from 'node:https';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Eight clients at once that change one VM, each its own option, make and remove VMs of their own, and read. */
const OPTIONS = [
  'cores',
  'sockets',
  'vcpus',
  'cpuunits',
  'shares',
  'migrate_speed',
  'memory',
  'migrate_downtime',
];
const FIRST_VALUE = 100;
const ROUNDS_PER_VM = 4;

/** What the clients are to do; the calls are spread over the seconds. */
export interface LoadOrder {
  readonly host: string;
  readonly caFile: string;
  readonly token: string;
  readonly vmid: number;
  readonly calls: number;
  readonly seconds: number;
}

/** What they saw: the calls that were made, every answer that was not the right one, and what each has written last. */
export interface LoadReport {
  readonly calls: number;
  readonly wrong: readonly string[];
  readonly last: Readonly<Record<string, number>>;
}

interface Reply {
  readonly status: number;
  readonly data: unknown;
  readonly message: string;
}

// Written by the test that starts this program.
const order = JSON.parse(process.argv[2] ?? '') as LoadOrder;
const agent = new Agent({ keepAlive: true, ca: readFileSync(order.caFile), maxSockets: OPTIONS.length });
const NODE = '/nodes/pve01';
const start = Date.now();
const wrong: string[] = [];
const last: Record<string, number> = {};
let calls = 0;

function send(
  method: string,
  path: string,
  fields: Readonly<Record<string, string | number>>,
): Promise<Reply> {
  const body = method === 'POST' || method === 'PUT' ? JSON.stringify(fields) : undefined;
  const headers = {
    Authorization: `PVEAPIToken=${order.token}`,
    ...(body === undefined
      ? {}
      : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
  };
  return new Promise((resolve, reject) => {
    const target = { agent, host: order.host, port: 8006, method, path: `/api2/json${path}`, headers };
    const calling = request(target, response => {
      const parts: Buffer[] = [];
      response.on('data', (bytes: Buffer) => parts.push(bytes));
      response.on('error', reject);
      response.on('end', () => {
        const { data } = JSON.parse(Buffer.concat(parts).toString() || '{}') as { data?: unknown };
        resolve({ status: response.statusCode ?? 0, data, message: response.statusMessage ?? '' });
      });
    });
    calling.on('error', reject);
    calling.end(body);
  });
}

/** Makes a call when it is its turn, and notes an answer with another status. */
async function call(
  method: string,
  path: string,
  fields: Readonly<Record<string, string | number>> = {},
  expected = 200,
): Promise<unknown> {
  const turn = start + (calls * order.seconds * 1000) / order.calls;
  calls += 1;
  await sleep(Math.max(0, turn - Date.now()));
  const { status, data, message } = await send(method, path, fields);
  if (status !== expected) wrong.push(`${method} ${path}: ${status} ${message}`);
  return data;
}

async function taskEnds(upid: unknown): Promise<void> {
  const path = `${NODE}/tasks/${encodeURIComponent(String(upid))}/status`;
  for (;;) {
    const task = (await call('GET', path)) as { status?: string; exitstatus?: string } | undefined;
    if (task?.status === 'running') continue;
    if (task?.exitstatus !== 'OK') wrong.push(`${String(upid)}: ${task?.exitstatus ?? 'unknown'}`);
    return;
  }
}

async function changeAndRead(option: string, value: number): Promise<void> {
  const config = `${NODE}/qemu/${order.vmid}/config`;
  await call('PUT', config, { [option]: value });
  last[option] = value;
  const seen = (await call('GET', config)) as Readonly<Record<string, unknown>>;
  if (Number(seen[option]) !== value) wrong.push(`${option}: ${String(seen[option])} instead of ${value}`);
  await call('GET', '/cluster/resources?type=vm');
  await call('GET', `${NODE}/qemu/999/config`, {}, 500);
}

async function work(option: string, index: number): Promise<void> {
  for (let round = 0; calls < order.calls; round += 1) {
    await changeAndRead(option, FIRST_VALUE + round);
    if (round % ROUNDS_PER_VM !== 0) continue;
    const vmid = order.vmid + 1 + index;
    await taskEnds(await call('POST', `${NODE}/qemu`, { vmid, memory: 64 }));
    await taskEnds(await call('DELETE', `${NODE}/qemu/${vmid}`));
  }
}

await Promise.all(OPTIONS.map(work));
agent.destroy();
const report: LoadReport = { calls, wrong, last };
console.log(JSON.stringify(report));
