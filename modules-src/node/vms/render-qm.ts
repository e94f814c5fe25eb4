import type { FileContent, PropertyValue, QmAction, QmVerb, Secret } from '../../sdk/step.ts';

/** A call of `qm`, ready to run. */
export interface QmCall {
  readonly argv: readonly [string, ...string[]];
  /** Standard input: every secret twice on lines of its own, as `qm` asks for it and for its repetition. */
  readonly input: string;
}

/** Options that a verb takes by position, in their order. */
const POSITIONAL: Readonly<Partial<Record<QmVerb, readonly string[]>>> = {
  clone: ['newid'],
  resize: ['disk', 'size'],
};

/** Renders an operation as one `qm` call; `writeFile` makes a private file and answers its path. */
export function renderQm(action: QmAction, writeFile: (content: string) => string): QmCall {
  const positional = POSITIONAL[action.verb] ?? [];
  const set = Object.entries(action.properties).filter(([, value]) => value !== undefined);
  const text = (value: unknown): string =>
    propertyText(value as PropertyValue | readonly string[], writeFile);
  const values = positional.map(name => text(action.properties[name]));
  const named = set.filter(([name]) => !positional.includes(name));
  const [secrets, plain] = [
    named.filter(([, value]) => isSecret(value)),
    named.filter(([, value]) => !isSecret(value)),
  ];
  return {
    argv: [
      'qm',
      ...action.verb.split(' '),
      String(action.vmid),
      ...values,
      // An option without its value is read from standard input; another option must follow it, never a value.
      ...secrets.map(([name]) => `--${name}`),
      ...plain.flatMap(([name, value]) => [`--${name}`, text(value)]),
    ],
    input: secrets.map(([, value]) => `${(value as Secret).secret}\n`.repeat(2)).join(''),
  };
}

function propertyText(
  value: PropertyValue | readonly string[],
  writeFile: (content: string) => string,
): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (isFile(value)) return writeFile(value.file);
  return Array.isArray(value) ? value.join(',') : '';
}

const isFile = (value: unknown): value is FileContent =>
  typeof value === 'object' && value !== null && 'file' in value;

const isSecret = (value: unknown): value is Secret =>
  typeof value === 'object' && value !== null && 'secret' in value;

/** The call as a person would type it, with secrets and file contents left out. */
export function showQm(action: QmAction): string {
  const { argv } = renderQm(action, () => '<file>');
  return argv
    .map(word => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}
