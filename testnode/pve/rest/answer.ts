import { authenticate, isByToken } from '../access/authenticate.ts';
import type { Credentials } from '../access/authenticate.ts';
import { callerOf } from '../access/caller.ts';
import type { Caller } from '../access/caller.ts';
import { assertPermitted, deny } from '../access/permission.ts';
import { asTexts } from '../api/given.ts';
import type { GivenParameters } from '../api/given.ts';
import { perform } from '../api/perform.ts';
import { plainReply, replyTo } from '../api/reply.ts';
import type { Reply } from '../api/reply.ts';
import { findRoute, METHODS, segments } from '../api/route.ts';
import type { MatchedRoute } from '../api/route.ts';
import { nodeOf } from '../api/local-node.ts';
import { ROUTES } from '../api/routes.ts';
import { isClusterMounted } from '../config/cluster.ts';
import { HttpFailure } from '../runtime/failure.ts';
import { nodeSettings } from '../runtime/settings.ts';
import { askDaemon } from './ask-daemon.ts';
import { merged, readBody } from './body.ts';
import { forward, otherNodeOf } from './forward.ts';
import type { ApiRequest } from './request.ts';

const NOBODY = { id: 'nobody' } as const;
const NOT_CHUNKED = 'chunked transfer encoding not supported';
const NO_CLUSTER =
  'RPCEnvironment init request failed: Unable to load access control list: Connection refused';
/** So long a daemon tries to reach the cluster file system. */
const MILLISECONDS_TO_TRY = 3000;

/** The reply to a call of the API: who calls, what, may they, and then where it is done. */
export async function answerCall(request: ApiRequest): Promise<Reply> {
  const { method, path, message } = request;
  if (!METHODS.some(known => known === method)) return plainReply(501, `method '${method}' not available`);
  if (message.headers['transfer-encoding'] !== undefined) return refusal(501, NOT_CHUNKED);
  if (!isClusterMounted()) return after(MILLISECONDS_TO_TRY, refusal(500, NO_CLUSTER));
  const matched = findRoute(ROUTES, method, segments(path));
  const credentials = credentialsOf(request);
  if (matched?.route.needsTicket && isByToken(credentials)) return replyTo(deny(needsTicket(path)));
  const identity = matched?.route.permission.kind === 'world' ? NOBODY : authenticate(credentials);
  if ('refusal' in identity) {
    return unauthorized(plainReply(401, identity.refusal));
  }
  if (!matched) return notImplemented(method, path);
  return admit(request, matched, callerOf(identity.id));
}

async function admit(request: ApiRequest, matched: MatchedRoute, caller: Caller): Promise<Reply> {
  const { message, method, query } = request;
  const node = otherNodeOf(matched.inPath);
  if (node !== undefined) return forward(message, node);
  if (method === 'GET' || method === 'DELETE') {
    const hasBody = Number(message.headers['content-length'] ?? 0) > 0;
    return hasBody ? replyTo(unexpectedContent(method)) : carryOut(request, matched, query, caller);
  }
  const body = await readBody(message);
  if ('refusal' in body) return body.refusal;
  return carryOut(request, matched, merged(query, body.parameters), caller);
}

/** The caller may or may not; what is protected is left to pvedaemon. */
async function carryOut(
  { method, path }: ApiRequest,
  matched: MatchedRoute,
  given: GivenParameters,
  caller: Caller,
): Promise<Reply> {
  try {
    assertPermitted(matched.route.permission, asTexts(new Map([...given, ...matched.inPath])), caller);
    if (matched.inPath.has('node')) nodeOf(matched.inPath);
  } catch (error) {
    return replyTo(error);
  }
  if (!matched.route.isProtected) return perform(matched, given, caller);
  const reply = await askDaemon({ method, path, parameters: Object.fromEntries(given), caller: caller.id });
  return reply.status === 401 ? unauthorized(reply) : reply;
}

function credentialsOf({ method, message: { headers } }: ApiRequest): Credentials {
  const csrfToken = headers['csrfpreventiontoken'];
  return {
    cookie: headers.cookie,
    authorization: headers.authorization,
    csrfToken: typeof csrfToken === 'string' ? csrfToken : undefined,
    isRead: method === 'GET',
  };
}

function needsTicket(path: string): string {
  return `URI '${path}' not available with API token, need proper ticket.\n`;
}

function unexpectedContent(method: string): HttpFailure {
  return new HttpFailure(501, `Unexpected content for method '${method}'`);
}

function notImplemented(method: string, path: string): Reply {
  const message = `Method '${method} ${path}' not implemented`;
  return { status: 501, reason: message, body: { data: null, message } };
}

// Who does not know a password is not to try many.
function unauthorized(reply: Reply): Promise<Reply> {
  return after(nodeSettings().unauthorizedDelay * 1000, reply);
}

// What the proxy itself refuses has its text for a body.
function refusal(status: number, text: string): Reply {
  return plainReply(status, text, text);
}

async function after(milliseconds: number, reply: Reply): Promise<Reply> {
  await new Promise(resolve => setTimeout(resolve, milliseconds));
  return reply;
}
