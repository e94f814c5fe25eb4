const WINDOWS = /^(?:wxp|w2k|w2k3|w2k8|wvista|win\d+)$/;

/** Whether an `ostype` is one of Windows: what Linux is told by cloud-init it takes otherwise, or not at all. */
export const isWindows = (ostype: string | undefined): boolean => WINDOWS.test(ostype ?? '');
