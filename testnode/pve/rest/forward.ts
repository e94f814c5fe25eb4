import { lookup } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { RequestOptions } from 'node:https';
import type { Parameters } from '../cli/command.ts';
import { clusterNodes, localNode, readClusterFile } from '../config/cluster.ts';
import { plainReply } from '../api/reply.ts';
import type { Reply } from '../api/reply.ts';
import { isSystemError } from '../runtime/failure.ts';
import { collect } from './body.ts';

const PORT = 8006;
const MILLISECONDS_TO_WAIT = 30_000;
/** Headers that another node needs to see who calls what. */
const PASSED_ON = ['authorization', 'cookie', 'csrfpreventiontoken', 'content-type', 'content-length'];

/** The node that a call is for, when it is another one of the cluster. */
export function otherNodeOf(inPath: Parameters): string | undefined {
  const node = inPath.get('node');
  return node !== undefined && node !== localNode() && clusterNodes().includes(node) ? node : undefined;
}

/** Passes a call on to the node that it is for, as it came, and its reply back. */
export async function forward(message: IncomingMessage, node: string): Promise<Reply> {
  try {
    const { address } = await lookup(node);
    return await pass(message, {
      host: address,
      port: PORT,
      servername: node,
      ca: readClusterFile('pve-root-ca.pem'),
      method: message.method,
      path: message.url,
      headers: Object.fromEntries(
        PASSED_ON.flatMap(name =>
          message.headers[name] === undefined ? [] : [[name, message.headers[name]]],
        ),
      ),
    });
  } catch (error) {
    if (isSystemError(error, 'ECONNREFUSED')) return plainReply(595, 'Connection refused');
    if (isSystemError(error, 'EHOSTUNREACH')) return plainReply(595, 'No route to host');
    return plainReply(596, 'Connection timed out');
  }
}

function pass(message: IncomingMessage, options: RequestOptions): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const passed = request(options);
    passed.setTimeout(MILLISECONDS_TO_WAIT, () => passed.destroy(new Error('timeout')));
    passed.on('error', reject);
    passed.on('response', answer => {
      collect(answer).then(bytes => resolve(replyOf(answer, bytes)), reject);
    });
    message.pipe(passed);
  });
}

function replyOf(answer: IncomingMessage, bytes: Buffer): Reply {
  const { statusCode: status = 596, statusMessage: reason = '', headers } = answer;
  const type = headers['content-type'];
  const disposition = headers['content-disposition'];
  return {
    status,
    reason: Buffer.from(reason, 'latin1').toString('utf8'),
    ...(headers['content-length'] === undefined ? {} : { text: bytes.toString('utf8') }),
    headers: {
      ...(type === undefined ? {} : { 'Content-Type': type }),
      ...(disposition === undefined ? {} : { 'Content-Disposition': disposition }),
    },
  };
}
