import { readWhole } from '../system/standard-streams.ts';

/** A function's source whose line comment holds the arguments; the build puts it in front of the bundle. */
declare const __ANSIBLE_ARGS__: string | undefined;

/** What Ansible says besides the module's own parameters (keys that begin with `_ansible_`). */
export interface AnsibleContext {
  readonly checkMode: boolean;
  readonly diff: boolean;
}

export interface Arguments {
  readonly context: AnsibleContext;
  /** Parameters as they came, not yet coerced. */
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * Arguments that Ansible put into the bundle's line comment: the one embedding that survives every text
 * (docs/pve-notes/ansible.md). Started by hand, the bundle reads the file that its first argument names.
 */
export function readArguments(): Arguments {
  const embedded = typeof __ANSIBLE_ARGS__ === 'undefined' ? '' : commentOf(__ANSIBLE_ARGS__);
  const filled = embedded !== '' && !embedded.startsWith('<<');
  return splitArguments(JSON.parse(withExactNumbers(filled ? embedded : readWhole(process.argv[2]))));
}

/**
 * A number stays a text where JavaScript would lose digits that are meant: of a password, or of a tag such as 1.0. No
 * expression that takes a text at once: it would need a stack as long as that.
 */
function withExactNumbers(json: string): string {
  let isInText = false;
  return json.replace(/\\.|"|-?\d[\d.eE+-]*/g, token => {
    if (token === '"') isInText = !isInText;
    const isNumber = !isInText && /^[-\d]/.test(token);
    return isNumber && String(Number(token)) !== token ? `"${token}"` : token;
  });
}

function commentOf(source: string): string {
  return source.slice(source.indexOf('//') + 2, source.lastIndexOf('\n')).trim();
}

function splitArguments(decoded: unknown): Arguments {
  if (typeof decoded !== 'object' || decoded === null) throw new Error('the arguments are not a JSON object');
  const entries = Object.entries(decoded);
  const internal = new Map<string, unknown>(entries.filter(([key]) => key.startsWith('_ansible_')));
  return {
    context: {
      checkMode: internal.get('_ansible_check_mode') === true,
      diff: internal.get('_ansible_diff') === true,
    },
    params: Object.fromEntries(entries.filter(([key]) => !key.startsWith('_ansible_'))),
  };
}
