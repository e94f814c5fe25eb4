import { urlFileName, urlPath } from './file.ts';

const MOVING = /\/(latest|current)\//;
const DATED = /^(release-)?\d{8}/;

/**
 * What a moving name such as `latest` or `current` stands for: another name that the sums file has for the same digest
 * (AlmaLinux, Rocky Linux), else the name to which the server redirected, else the dated directory to which it did.
 */
export function datedBuild(
  url: string,
  finalUrl: string,
  digest: string,
  list: string | undefined,
): string | undefined {
  const name = urlFileName(url);
  const twin = otherName(list ?? '', digest.slice(digest.indexOf(':') + 1), name);
  if (twin !== undefined) return twin;
  const isMoved = urlFileName(finalUrl) !== name && /\d{8}/.test(urlFileName(finalUrl));
  if (isMoved) return urlFileName(finalUrl);
  return MOVING.test(urlPath(url))
    ? urlPath(finalUrl)
        .split('/')
        .findLast(part => DATED.test(part))
    : undefined;
}

/** A dated name that the list has for the digest, in GNU's form (`<hex> *name`) or BSD's (`ALGO (name) = <hex>`). */
function otherName(list: string, hex: string, name: string): string | undefined {
  const names = list.split('\n').flatMap(line => {
    const gnu = /^([0-9a-f]{32,128})\s+\*?(?:\.\/)?(\S+)\s*$/i.exec(line);
    if (gnu !== null) return gnu[1]?.toLowerCase() === hex ? [gnu[2] ?? ''] : [];
    const bsd = /^\S+ \((.+)\) = ([0-9a-f]{32,128})\s*$/i.exec(line);
    return bsd?.[2]?.toLowerCase() === hex ? [bsd[1] ?? ''] : [];
  });
  return names.find(other => other !== name && /\d{8}/.test(other));
}
