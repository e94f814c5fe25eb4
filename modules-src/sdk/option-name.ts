/*
 * A message that names an option is read by two: whoever uses the module alone knows the module's own options, and whoever
 * uses the role knows its variables. Placeholders stand in the text until it is known who reads it; no other text has them.
 */
const [OPTION, IN_ROLE, ALONE, END] = ['\uE000', '\uE001', '\uE002', '\uE003'];

/** The machine that does the work, in a text: the node, or the controller where the module goes by the API. */
export const HERE = '\uE004';

/** An option, by the name of the role's variable without its prefix: `apply` is `proxmox_vm_apply`. */
export const optionName = (name: string): string => `${OPTION}${name}${END}`;

/** What to do, where the module alone has no such option. */
export const wayOut = (texts: { readonly inRole: string; readonly alone: string }): string =>
  `${IN_ROLE}${texts.inRole}${ALONE}${texts.alone}${IN_ROLE}`;

/** What a reader calls an option, and which of two ways out is the reader's. */
export interface Reader {
  readonly isInRole: boolean;
  readonly nameOf: (option: string) => string;
  /** Where the module runs. */
  readonly here: 'the node' | 'the controller';
}

const CHOICE = new RegExp(`${IN_ROLE}([^${ALONE}]*)${ALONE}([^${IN_ROLE}]*)${IN_ROLE}`, 'g');
const NAME = new RegExp(`${OPTION}([^${END}]*)${END}`, 'g');

/** The same with every text in the words of the reader. */
export function wordedFor<T>(reader: Reader, value: T): T {
  // Texts stay texts, and everything else stays what it is.
  return worded(reader, value) as T;
}

function worded(reader: Reader, value: unknown): unknown {
  if (typeof value === 'string') return wordedText(reader, value);
  if (Array.isArray(value)) return value.map(item => worded(reader, item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, worded(reader, item)]));
}

const wordedText = ({ isInRole, nameOf, here }: Reader, text: string): string =>
  text
    .replace(CHOICE, (_, inRole: string, alone: string) => (isInRole ? inRole : alone))
    .replace(NAME, (_, name: string) => nameOf(name))
    .replaceAll(HERE, here);
