import base from './jest.config.mjs';

/** The product as a whole: in a browser, in several processes, under kill -9. Slow, and one at a time. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/{e2e,faults}/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  testTimeout: 240_000,
};
