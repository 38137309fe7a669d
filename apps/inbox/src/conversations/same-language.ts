const primary = (tag: string): string => tag.split(/[-_]/, 1)[0]!.toLowerCase();

/** Whether a reader of one needs no translation of the other: zh-Hans and zh-CN are read by the same people. */
export const sameLanguage = (a: string, b: string): boolean => primary(a) === primary(b);
