/**
 * What is wrong with the name of a template in the middle of its rotation: on each of those nodes it leads to one VM, which is
 * whole and released.
 */
export const nameFaults =
  (nodes: readonly string[], name: string) =>
  (configs: Readonly<Record<string, string>>): readonly string[] =>
    nodes.flatMap(node => {
      const named = Object.values(configs).filter(text => isNamed(text, name) && nodeIn(text) === node);
      const whole = named.filter(text => /^template: 1$/m.test(text) && !/"(?:held|untested)"/.test(text));
      return named.length === 1 && whole.length === 1
        ? []
        : [`${name} on ${node} is ${named.length} VMs, of which ${whole.length} are whole templates`];
    });

const isNamed = (text: string, name: string): boolean => text.split('\n').includes(`name: ${name}`);

/** As its mark has it, in the encoding of the file. */
const nodeIn = (text: string): string | undefined => /"node"%3A"([^"]+)"/.exec(text)?.[1];
