import type { Problem } from '../../sdk/define-module.ts';
import { optionName } from '../../sdk/option-name.ts';
import { UserError } from '../../sdk/error.ts';
import { StepError } from '../../sdk/step-error.ts';
import { ApiFailure } from './failure.ts';
import type { ApiToken, Password } from './connection.ts';
import type { RestCall } from './rest-call.ts';

/** The headers that say who asks. */
export type Authorize = (method: RestCall['method']) => Promise<Readonly<Record<string, string>>>;

/** A ticket lasts two hours; another is got well before, by the password: a long call or a sleep may have outlasted it. */
const RENEW_AFTER_MS = 60 * 60 * 1000;

/** A token goes with every call as it is; a password gets a ticket first. `ask` is a call without any login. */
export function authorizer(
  login: ApiToken | Password,
  ask: (call: RestCall) => Promise<unknown>,
  now: () => number = Date.now,
): Authorize {
  if ('tokenId' in login) {
    const headers = { authorization: `PVEAPIToken=${login.tokenId}=${login.tokenSecret}` };
    return () => Promise.resolve(headers);
  }
  let held: { readonly ticket: Promise<Ticket>; readonly since: number } | undefined;
  const renew = (): Promise<Ticket> => {
    const own = { ticket: getTicket(login, ask), since: now() };
    held = own;
    // Who was not answered asks again; who is not let in does not.
    own.ticket.catch((error: unknown) => {
      if (error instanceof StepError && held === own) held = undefined;
    });
    return own.ticket;
  };
  return async method => {
    const fresh = held !== undefined && now() - held.since <= RENEW_AFTER_MS ? held.ticket : undefined;
    const { ticket, csrf } = await (fresh ?? renew());
    return {
      cookie: `PVEAuthCookie=${encodeURIComponent(ticket)}`,
      // Reads need none.
      ...(method !== 'GET' && { CSRFPreventionToken: csrf }),
    };
  };
}

interface Ticket {
  readonly ticket: string;
  readonly csrf: string;
}

async function getTicket(
  { user: username, password }: Password,
  ask: (call: RestCall) => Promise<unknown>,
): Promise<Ticket> {
  const answer = await ask({ method: 'POST', path: '/access/ticket', fields: { username, password } }).catch(
    (error: unknown) => {
      if (error instanceof ApiFailure && error.status === 401) throw wrongPassword(username);
      throw error;
    },
  );
  const { ticket, CSRFPreventionToken: csrf } = answer as Readonly<Record<string, unknown>>;
  if (typeof ticket !== 'string' || typeof csrf !== 'string')
    throw new UserError(
      `cannot log in to the API as ${username}: it asks for a second factor; use an API token, which needs none`,
    );
  return { ticket, csrf };
}

function wrongPassword(username: string): UserError {
  const problem: Problem = {
    code: 'PVE-API-003',
    variable: optionName('api_password'),
    message: `the API does not let ${username} in: wrong user, realm or password, or the user is disabled or expired`,
    fix: 'write the user with its realm, such as root@pam',
  };
  const { message, fix } = problem;
  return new UserError(`cannot log in to the API as ${username}: ${message}; ${fix}`, {
    problems: [problem],
  });
}
