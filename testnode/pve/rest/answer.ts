import { authenticate, isByToken } from '../access/authenticate.ts';
import type { Credentials } from '../access/authenticate.ts';
import { callerOf } from '../access/caller.ts';
import type { Caller } from '../access/caller.ts';
import { assertPermitted } from '../access/permission.ts';
import { deny, HttpFailure } from '../runtime/failure.ts';
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
import { atCostOfCall } from '../runtime/rest-cost.ts';
import { nodeSettings } from '../runtime/settings.ts';
import { askDaemon } from './ask-daemon.ts';
import { merged, readBody } from './body.ts';
import { forward, otherNodeOf } from './forward.ts';
import { isUpload, receiveUpload } from './receive-upload.ts';
import type { ApiRequest } from './request.ts';

const NOBODY = { id: 'nobody' } as const;
const NOT_CHUNKED = 'chunked transfer encoding not supported';
const NO_CLUSTER =
  'RPCEnvironment init request failed: Unable to load access control list: Connection refused';
/** So long a daemon tries to reach the cluster file system. */
const MILLISECONDS_TO_TRY = 3000;
const MILLISECONDS_FOR_A_FILE = 5000;

/** The reply to a call of the API: who calls, what, may they, and then where it is done. */
export async function answerCall(request: ApiRequest): Promise<Reply> {
  const { method, path, message } = request;
  if (!METHODS.some(known => known === method)) return plainReply(501, `method '${method}' not available`);
  if (message.headers['transfer-encoding'] !== undefined) return refusal(501, NOT_CHUNKED);
  if (!isClusterMounted()) return after(MILLISECONDS_TO_TRY, plainReply(500, NO_CLUSTER));
  const matched = findRoute(ROUTES, method, segments(path));
  const credentials = credentialsOf(request);
  if (matched?.route.needsTicket && isByToken(credentials)) return replyTo(deny(needsTicket(path)));
  const identity = matched?.route.permission.kind === 'world' ? NOBODY : authenticate(credentials);
  if ('refusal' in identity) {
    return unauthorized(plainReply(401, identity.refusal));
  }
  if (!matched) return notImplemented(request);
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
  if (matched.route.takesUpload) return admitUpload(request, matched, caller);
  const body = await readBody(message);
  if ('refusal' in body) return body.refusal;
  return carryOut(request, matched, merged(query, body.parameters), caller);
}

/** Who may not send a file is told so before it is read, and in the reason alone. */
async function admitUpload(request: ApiRequest, matched: MatchedRoute, caller: Caller): Promise<Reply> {
  const { message, query } = request;
  if (!isUpload(message)) return closeWithoutAnswer(message);
  try {
    assertPermitted(matched.route.permission, asTexts(matched.inPath), caller);
  } catch (error) {
    const { status, reason } = replyTo(error);
    return plainReply(status, reason);
  }
  const received = await receiveUpload(message);
  if ('refusal' in received) return received.refusal;
  return carryOut(request, matched, merged(query, received.parameters), caller);
}

// What pveproxy does with a form where it waits for a file.
async function closeWithoutAnswer({ socket }: ApiRequest['message']): Promise<Reply> {
  const reply = await after(MILLISECONDS_FOR_A_FILE, plainReply(400, 'Bad Request'));
  socket.destroy();
  return reply;
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
  if (!matched.route.isProtected) return atCostOfCall(method, () => perform(matched, given, caller));
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

// A body that PVE cannot read is refused even where there is nothing.
async function notImplemented({ method, path, message }: ApiRequest): Promise<Reply> {
  const body = method === 'POST' || method === 'PUT' ? await readBody(message) : undefined;
  if (body && 'refusal' in body) return body.refusal;
  const text = `Method '${method} ${path}' not implemented`;
  return { status: 501, reason: text, body: { data: null, message: text } };
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
