import type { Json } from './json.ts';

import { isObject } from './json.ts';
import { PASSWORDS, TOKENS } from './users.ts';

/** Gets a ticket with a user's password. */
export type Login = (user: string, password: string) => Promise<Ticket>;

interface Ticket {
  readonly ticket: string;
  readonly csrf: string;
}

type Headers = Readonly<Record<string, string>>;

/** What a recording calls by names, as headers. */
export interface Credentials {
  headers(auth: string): Promise<Headers>;
  /** Remembers the secret of a token that a call has made. */
  learn(answer: Json): void;
  /** Replaces what the recording hides. */
  reveal(request: string): string;
}

const ADMINISTRATOR = 'root@pam';
const TOKEN = `${ADMINISTRATOR}!t1`;
/** As long as a real secret, and none. */
const WRONG_SECRET = '00000000-0000-0000-0000-000000000000';

export function createCredentials(login: Login): Credentials {
  const tickets = new Map<string, Promise<Ticket>>();
  const secrets = new Map(Object.entries(TOKENS));
  const ticketOf = (user: string): Promise<Ticket> => {
    const ticket = tickets.get(user) ?? login(user, PASSWORDS[user] ?? '');
    tickets.set(user, ticket);
    return ticket;
  };
  return {
    headers: async auth => {
      const token = /^token:(\S+!\S+)$/.exec(auth)?.[1];
      if (token !== undefined) return tokenHeader(`=${token}=${secrets.get(token) ?? WRONG_SECRET}`);
      const user = /^ticket:(\S+)$/.exec(auth)?.[1];
      if (user !== undefined) return withTicket(await ticketOf(user));
      return wordsToHeaders(auth, secrets.get(TOKEN) ?? '', () => ticketOf(ADMINISTRATOR));
    },
    learn: answer => {
      if (!isObject(answer) || !isObject(answer['data'])) return;
      const { 'full-tokenid': id, value } = answer['data'];
      if (typeof id === 'string' && typeof value === 'string') secrets.set(id, value);
    },
    reveal: request =>
      request.replace(
        /PVEAPIToken=(\S+?)=<secret>/g,
        (_, id: string) => `PVEAPIToken=${id}=${secrets.get(id) ?? ''}`,
      ),
  };
}

function withTicket({ ticket, csrf }: Ticket): Headers {
  return { ...cookie(encodeURIComponent(ticket)), CSRFPreventionToken: csrf };
}

function cookie(value: string): Headers {
  return { Cookie: `PVEAuthCookie=${value}` };
}

function tokenHeader(rest: string): Headers {
  return { Authorization: `PVEAPIToken${rest}` };
}

/** Where the credential itself is what is tested, the recording describes it. */
async function wordsToHeaders(auth: string, secret: string, login: () => Promise<Ticket>): Promise<Headers> {
  const byToken = tokenWords(secret)[auth];
  if (byToken !== undefined) return byToken;
  if (auth === 'none') return {};
  const { ticket, csrf } = await login();
  const byTicket = ticketWords(ticket, secret)[auth];
  return byTicket ?? withTicket({ ticket, csrf });
}

function tokenWords(secret: string): Readonly<Record<string, Headers>> {
  return {
    'token, wrong secret': tokenHeader(`=${TOKEN}=${WRONG_SECRET}`),
    'token, unknown id': tokenHeader(`=${ADMINISTRATOR}!nope=${secret}`),
    'token, unknown user': tokenHeader(`=nobody@pve!t1=${secret}`),
    'token, expired': tokenHeader(`=root@pam!old=${TOKENS['root@pam!old'] ?? ''}`),
    'token of a disabled user': tokenHeader(`=off@pve!t1=${TOKENS['off@pve!t1'] ?? ''}`),
    'token of an expired user': tokenHeader(`=old@pve!t1=${TOKENS['old@pve!t1'] ?? ''}`),
    'token without secret': tokenHeader(`=${TOKEN}`),
    'token without id': tokenHeader(`=${ADMINISTRATOR}=${secret}`),
    '"PVEAPIToken " with a space': tokenHeader(` ${TOKEN}=${secret}`),
    '"PVEAPIToken:" ': tokenHeader(`:${TOKEN}=${secret}`),
    'user!id:secret': tokenHeader(`=${TOKEN}:${secret}`),
    'lower case scheme': { Authorization: `pveapitoken=${TOKEN}=${secret}` },
    'percent-encoded !': tokenHeader(`=${TOKEN.replace('!', '%21')}=${secret}`),
    'secret in upper case': tokenHeader(`=${TOKEN}=${secret.toUpperCase()}`),
    'space after =': tokenHeader(`=${TOKEN}= ${secret}`),
    'token, POST without CSRF': tokenHeader(`=${TOKEN}=${secret}`),
    empty: { Authorization: '' },
    basic: {
      Authorization: `Basic ${Buffer.from(`${ADMINISTRATOR}:${PASSWORDS[ADMINISTRATOR] ?? ''}`).toString('base64')}`,
    },
    'ticket garbage': cookie('garbage'),
  };
}

function ticketWords(ticket: string, secret: string): Readonly<Record<string, Headers>> {
  const encoded = encodeURIComponent(ticket);
  return {
    'ticket without CSRF': cookie(encoded),
    'ticket, cookie only': cookie(encoded),
    'ticket, wrong CSRF': { ...cookie(encoded), CSRFPreventionToken: '00000000:wrong' },
    'ticket, cookie not percent-encoded': cookie(ticket),
    'ticket among other cookies': { Cookie: `a=b; PVEAuthCookie=${encoded}; c=d` },
    'ticket, bad signature': cookie(encodeURIComponent(withOtherSignature(ticket))),
    'ticket in Authorization header': { Authorization: ticket },
    'Bearer ticket': { Authorization: `Bearer ${ticket}` },
    'Authorization: PVEAuthCookie=': { Authorization: `PVEAuthCookie=${ticket}` },
    'bad token + good ticket': { ...cookie(encoded), ...tokenHeader(`=${TOKEN}=${WRONG_SECRET}`) },
    'good token + bad ticket': { ...cookie('garbage'), ...tokenHeader(`=${TOKEN}=${secret}`) },
  };
}

/** The first characters of the signature exchanged: still base64, and no signature of anything. */
function withOtherSignature(ticket: string): string {
  const start = ticket.indexOf('::') + 2;
  return ticket.slice(0, start) + 'AAAAAAAA' + ticket.slice(start + 8);
}
