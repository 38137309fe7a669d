export { assign } from './assign.ts';
export { chooseQueue } from './choose-queue.ts';
export type { QueueChoice, QueueRequest } from './choose-queue.ts';
export { materialise } from './materialise.ts';
export { onShift } from './on-shift.ts';
export type * from './types.ts';
