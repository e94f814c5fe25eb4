import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { root } from '../../build/modules.ts';

const PROGRAM = `${root}node_modules/yaml-language-server/bin/yaml-language-server`;

type Json = Readonly<Record<string, unknown>>;

/** What is read of the server's messages (Language Server Protocol 3.17). */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly uri?: string;
    readonly diagnostics?: readonly Diagnostic[];
    readonly items?: readonly Json[];
  };
  readonly result?: unknown;
}

interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: { readonly line: number } };
}

/** An editor's side of a YAML language server. */
export interface Editor {
  /** Opens a file and answers what the server finds wrong in it. */
  open(uri: string, text: string): Promise<readonly Diagnostic[]>;
  /** Names that the server offers at a place, counted from 0. */
  complete(uri: string, line: number, character: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Requests, notifications and what comes back. */
interface Connection {
  readonly send: (message: Json) => void;
  readonly ask: (method: string, params: Json) => Promise<Message>;
  /** The next message of that kind; it must be waited for before what causes it is sent. */
  readonly next: (isIt: (message: Message) => boolean) => Promise<Message>;
}

/** Starts the server with settings of the section `yaml`, as editors hold them. */
export async function startEditor(yaml: Json): Promise<Editor> {
  const server = spawn(process.execPath, [PROGRAM, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = connect(server, yaml);
  const { send, ask, next } = connection;
  const capabilities = { workspace: { configuration: true }, textDocument: { completion: {} } };
  await ask('initialize', { processId: process.pid, rootUri: null, capabilities });
  const asked = next(({ method }) => method === 'workspace/configuration');
  send({ method: 'initialized', params: {} });
  await asked;
  return {
    open: (uri, text) => open(connection, uri, text),
    complete: async (uri, line, character) => {
      const position = { line, character };
      const { result } = await ask('textDocument/completion', { textDocument: { uri }, position });
      return (result as { readonly items: readonly { readonly label: string }[] }).items.map(
        ({ label }) => label,
      );
    },
    close: async () => {
      const exited = once(server, 'exit');
      await ask('shutdown', {});
      send({ method: 'exit' });
      await exited;
    },
  };
}

async function open({ send, next }: Connection, uri: string, text: string): Promise<readonly Diagnostic[]> {
  const found = next(
    ({ method, params }) => method === 'textDocument/publishDiagnostics' && params?.uri === uri,
  );
  const textDocument = { uri, languageId: 'yaml', version: 1, text };
  send({ method: 'textDocument/didOpen', params: { textDocument } });
  return (await found).params?.diagnostics ?? [];
}

function connect(
  { stdin, stdout }: Pick<ChildProcessByStdio<Writable, Readable, null>, 'stdin' | 'stdout'>,
  yaml: Json,
): Connection {
  const waiting = new Set<(message: Message) => void>();
  const send: Connection['send'] = message => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  const next: Connection['next'] = isIt =>
    new Promise(resolve => {
      const take = (message: Message): void => {
        if (isIt(message) && waiting.delete(take)) resolve(message);
      };
      waiting.add(take);
    });
  readMessages(stdout, message => {
    const { id, method } = message;
    if (method !== undefined && id !== undefined) send({ id, result: answerTo(message, yaml) });
    for (const take of waiting) take(message);
  });
  let requests = 0;
  const ask: Connection['ask'] = (method, params) => {
    const id = ++requests;
    const answer = next(message => message.id === id && message.method === undefined);
    send({ id, method, params });
    return answer;
  };
  return { send, ask, next };
}

/** The server asks for sections of the settings; it has no use for any other than `yaml`. */
function answerTo({ method, params }: Message, yaml: Json): unknown {
  if (method !== 'workspace/configuration') return null;
  return params?.items?.map(({ section }) => (section === 'yaml' ? yaml : {}));
}

/** Messages are JSON under a header with their length in bytes. */
function readMessages(stream: NodeJS.ReadableStream, take: (message: Message) => void): void {
  let held = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      const start = held.indexOf('\r\n\r\n') + 4;
      const length = Number(/Content-Length: (\d+)/.exec(held.subarray(0, start).toString())?.[1]);
      if (start < 4 || held.length < start + length) return;
      take(JSON.parse(held.subarray(start, start + length).toString()) as Message);
      held = held.subarray(start + length);
    }
  });
}
