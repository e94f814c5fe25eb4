const NAMED: Readonly<Record<string, number>> = { w2k: 5, w2k3: 5, wxp: 5, w2k8: 6, wvista: 6 };

/** The version of Windows that an `ostype` names; 0 for other systems. */
export function windowsVersion(ostype: string | undefined): number {
  return NAMED[ostype ?? ''] ?? Number(/^win(\d+)$/.exec(ostype ?? '')?.[1] ?? 0);
}
