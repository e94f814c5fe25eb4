import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import type { Connection } from './connection.ts';

/** One request as it came. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly reason?: string;
  /** Undefined: no body, as the 401 of the proxy. */
  readonly json?: unknown;
  /** In place of it. */
  readonly text?: string;
  /** No answer comes. */
  readonly isSilent?: boolean;
  /** The connection ends before the answer is whole. */
  readonly isCut?: boolean;
}

/** A server with a certificate of its own that answers what a test says. */
export interface ApiServer {
  readonly seen: readonly Seen[];
  readonly connections: () => number;
  readonly fingerprint: string;
  readonly certificateFile: string;
  readonly connection: (changes?: Partial<Connection>) => Connection;
  readonly close: () => void;
}

export async function serveApi(
  reply: (request: Seen) => Reply,
  name = 'pve.example.com',
): Promise<ApiServer> {
  const { cert, key, certificateFile } = certificate(name);
  const seen: Seen[] = [];
  let connections = 0;
  const server = createServer({ cert, key }, (request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, url, headers, body };
      seen.push(one);
      const { status = 200, reason = 'OK', json, isCut = false, isSilent, text: page = '' } = reply(one);
      if (isSilent === true) return;
      const text = json === undefined ? page : JSON.stringify(json);
      response.writeHead(status, reason, {
        'content-length': isCut ? text.length + 10 : text.length,
        ...(status !== 200 && { connection: 'close' }),
      });
      response.end(text);
      if (isCut) request.socket.end();
    });
  });
  server.on('secureConnection', () => (connections += 1));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const fingerprint = new X509Certificate(cert).fingerprint256;
  return {
    seen,
    connections: () => connections,
    fingerprint,
    certificateFile,
    connection: changes => ({ ...connectionTo(server, fingerprint), ...changes }),
    close: () => {
      server.closeAllConnections();
      server.close();
      rmSync(dirname(certificateFile), { recursive: true, force: true });
    },
  };
}

function connectionTo(server: Server, fingerprint: string): Connection {
  const { port } = server.address() as AddressInfo;
  return {
    host: '127.0.0.1',
    port,
    login: { tokenId: 'ansible@pve!role', tokenSecret: '0000-secret' },
    trust: { fingerprint, caPath: undefined, validateCerts: true },
    timeout: 30,
  };
}

function certificate(name: string): { cert: string; key: string; certificateFile: string } {
  const folder = mkdtempSync(`${tmpdir()}/api-server-`);
  const [keyFile, certificateFile] = [`${folder}/key.pem`, `${folder}/cert.pem`];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '1',
      '-keyout',
      keyFile,
      '-out',
      certificateFile,
      '-subj',
      `/CN=${name}`,
      '-addext',
      `subjectAltName=DNS:${name},IP:127.0.0.1`,
    ],
    { stdio: 'ignore' },
  );
  return { cert: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8'), certificateFile };
}
