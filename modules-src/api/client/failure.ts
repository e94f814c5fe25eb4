import { readFailure } from '../../pve/text/failure.ts';
import { optionName } from '../../sdk/option-name.ts';
import { StepError } from '../../sdk/step-error.ts';

const UNHEARD = new Set([401, 403]);

/** The API refused, or the way to it is broken. */
export class ApiFailure extends StepError {
  /** Of the answer; undefined where there was none. */
  readonly status: number | undefined;

  constructor(reason: string, transient: boolean, status?: number) {
    super(reason, transient, status === undefined || UNHEARD.has(status) || isOfProxy(status));
    this.status = status;
  }
}

/** An answer that is no success (PVE-API: the status alone tells nothing, 500 is every ordinary refusal). */
export interface Refusal {
  readonly status: number;
  readonly reasonPhrase: string;
  readonly message: string | undefined;
  /** Texts by parameter, of a 400. */
  readonly errors: Readonly<Record<string, string>>;
}

/** The proxy in front of the API, or one that others have put before it: it could not get through, or gave up waiting. */
const OF_THE_PROXY: Readonly<Record<number, string>> = {
  502: 'what stands before the API cannot get through to it (502)',
  503: 'what stands before the API says that it is not there (503)',
  504: 'what stands before the API gave up waiting for it, and it may still be at work (504)',
  595: 'the daemon on that node does not answer (595); is the node up, and pvedaemon on it?',
  596: 'the API gave up waiting for the daemon, which may still be at work (596)',
  597: 'the connection to the daemon broke (597)',
  598: 'the daemon answered too slowly (598)',
  599: 'the daemon answered with nonsense (599)',
};

export const isOfProxy = (status: number): boolean => OF_THE_PROXY[status] !== undefined;

/** What a token may not see is unknown. */
export function unlessForbidden(error: unknown): undefined {
  if (!(error instanceof ApiFailure) || error.status !== 403) throw error;
}

/**
 * A page of whoever else answers there, or what is left of an answer that broke off (then of status 200): the next look may be
 * answered.
 */
export const nonsense = (what: string, status: number): ApiFailure =>
  new ApiFailure(
    `${what}: the answer (${status}) is none of Proxmox VE’s API, or was cut short; is ${optionName('api_host')} a node, and ${optionName('api_port')} the API’s?`,
    status === 200,
  );

/** What a refusal means, in words; `what` says what was asked. */
export function refusalFailure(what: string, refusal: Refusal): ApiFailure {
  const { status } = refusal;
  const ofProxy = OF_THE_PROXY[status];
  if (ofProxy !== undefined) return new ApiFailure(`${what}: ${ofProxy}`, true, status);
  const { reason, transient } = readFailure(refusalText(refusal), '');
  // Somebody else was faster: the next look tells what there is now.
  const isOutdated = /checksum mismatch/.test(reason);
  // The cluster file system of the node restarts.
  const isWithoutRules = /Unable to load access control list/.test(reason);
  return new ApiFailure(
    `${what}: ${reason}${adviceFor(status, reason)}`,
    transient || isOutdated || isWithoutRules,
    status,
  );
}

function refusalText({ status, reasonPhrase, message, errors }: Refusal): string {
  const details = Object.entries(errors).map(([name, text]) => `${name}: ${text.trim()}`);
  const said = (message ?? reasonPhrase).trim() || `status ${status}`;
  return [said, ...details].join('\n');
}

function adviceFor(status: number, reason: string): string {
  if (status === 401)
    return `; check ${optionName('api_token_id')} (user@realm!id) and ${optionName('api_token_secret')}, or ${optionName('api_user')} and ${optionName('api_password')}, and that none of them is disabled or expired`;
  if (status === 403 && /Permission check failed$/.test(reason))
    return '; it does not say which privilege is missing: `tasks_from: permissions` of the role prints all that are needed';
  const [, path, privileges] = /Permission check failed \((\/[^,]*), ([^)]+)\)/.exec(reason) ?? [];
  return path === undefined || privileges === undefined
    ? ''
    : `; who asks lacks ${privileges} on ${path}: give it with a role and \`pveum acl modify ${path} …\``;
}
