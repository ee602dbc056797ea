import { defineConfig } from 'vite';

/** Every page of the shop, as the store's server knows them by path. */
const PAGES = ['index', 'cart', 'checkout', 'order-confirmation', 'gift-certificates', 'login'];

export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: 'dist',
    // The server keeps this prefix for files: `/shop-assets/...`.
    assetsDir: 'shop-assets',
    emptyOutDir: true,
    target: 'es2022',
    // The checkout SDK is most of this; the warning would be on every build.
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      input: Object.fromEntries(PAGES.map((page) => [page, `${import.meta.dirname}/${page}.html`])),
    },
  },
});
