import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { faultTable } from './fault-table.ts';
import type { FaultTable } from './fault-table.ts';
import { lookupKey } from './protocol.ts';
import type { Fault, Faults, ServedFiles, ServedRequest, ServerConfig } from './protocol.ts';
import { respond } from './respond.ts';

const HTTP_PORT = 80;
const HTTPS_PORT = 443;
const DENIED: Fault = {
  kind: 'answer',
  status: 401,
  headers: { 'www-authenticate': 'Basic realm="Restricted"' },
};

/** What the control socket changes while the server runs, and what it does not. */
interface State {
  readonly config: ServerConfig;
  files: ServedFiles;
  faults: FaultTable;
  readonly requests: ServedRequest[];
}

async function serve(
  state: State,
  scheme: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', headers } = request;
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  const url = `${scheme}://${host}${request.url ?? '/'}`;
  const key = lookupKey(url);
  const time = new Date().toISOString();
  const served = { files: state.files, signingKey: state.config.signingKey };
  const fault = state.config.deniedHosts.includes(host) ? DENIED : state.faults.take(key);
  const { status, bytes } = await respond(request, response, key, served, fault);
  state.requests.push({ time, method, url, range: headers.range, status, bytes });
}

function listener(state: State, scheme: string): RequestListener {
  return (request, response) => {
    serve(state, scheme, request, response).catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      response.destroy();
    });
  };
}

/** Tests read the log (`GET /requests`) and set what is served (`PUT /files`) and what fails (`PUT /faults`). */
function control(state: State): RequestListener {
  return (request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (bytes: Buffer) => parts.push(bytes));
    request.on('end', () => {
      const body = Buffer.concat(parts).toString('utf8');
      // Both are sent by our own client (start.ts).
      if (request.url === '/faults') state.faults = faultTable(JSON.parse(body) as Faults);
      if (request.url === '/files')
        state.files = { ...state.files, ...byKey(JSON.parse(body) as ServedFiles) };
      response.end(JSON.stringify(request.url === '/requests' ? state.requests : {}));
    });
  };
}

function byKey(files: ServedFiles): ServedFiles {
  return Object.fromEntries(Object.entries(files).map(([url, path]) => [lookupKey(url), path]));
}

function listening(server: Server, where: { host: string; port: number } | { path: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(where, resolve);
  });
}

async function start(config: ServerConfig): Promise<void> {
  const state: State = { config, files: byKey(config.files), faults: faultTable({}), requests: [] };
  const tls = { cert: readFileSync(config.certificateFile), key: readFileSync(config.keyFile) };
  await Promise.all([
    listening(createServer(listener(state, 'http')), { host: config.address, port: HTTP_PORT }),
    listening(createSecureServer(tls, listener(state, 'https')), {
      host: config.address,
      port: HTTPS_PORT,
    }),
    listening(createServer(control(state)), { path: config.controlSocket }),
  ]);
  process.stdout.write(`ready ${process.pid}\n`);
}

const [configFile = ''] = process.argv.slice(2);
// What goes wrong ends the program, which has not said that it is ready.
void start(JSON.parse(readFileSync(configFile, 'utf8')) as ServerConfig);
