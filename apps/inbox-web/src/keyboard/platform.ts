/** Modifier names as the reader's keyboard has them printed. */
export const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);
export const commandKey = isMac ? '⌘' : 'Ctrl';
export const altKey = isMac ? '⌥' : 'Alt';
