import config from './playwright.config';

/** `npm run screenshot`: takes the README's picture with the fixtures of the tests. */
export default { ...config, testDir: 'pictures', workers: 1, reporter: 'line' };
