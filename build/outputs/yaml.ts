import { dump } from 'js-yaml';

export const NOTICE = 'generated from role-src; do not edit';

/** YAML that parsers of version 1.1, such as Ansible's, read as it was meant; a width of -1 keeps the lines of texts. */
export const toYaml = (value: unknown, lineWidth = 95, flowLevel = -1): string =>
  dump(value, { lineWidth, noRefs: true, quoteStyle: 'double', flowLevel });

/** A list of tasks, with a blank line between them. */
export const taskList = (tasks: readonly unknown[]): string => tasks.map(task => toYaml([task])).join('\n');

/** A whole YAML file, with a comment of lines that begin with `#` where that is given. */
export const yamlFile = (value: unknown, remark = ''): string =>
  `---\n# ${NOTICE}\n${remark}${toYaml(value)}`;

/** A comment, wrapped to lines of the same width. */
export function comment(text: string): string {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length > 95) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map(line => `# ${line}\n`).join('');
}
