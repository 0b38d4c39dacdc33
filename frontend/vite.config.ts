import vue from '@vitejs/plugin-vue';
import { defaultClientConditions, defineConfig } from 'vite';

const backend = 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [vue({ features: { optionsAPI: false } })],
  resolve: { conditions: ['@restmapper/source', ...defaultClientConditions] },
  build: {
    outDir: '../packages/host/page',
    emptyOutDir: true,
    target: 'es2022',
    // The first versions with light-dark().
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // A strict Content-Security-Policy has no place for data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // On a slow machine, `npm start` would say how long each plugin took.
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
  server: {
    proxy: {
      '/api': backend,
      '/live': backend,
      '/sse': backend,
      '/system/v1': backend,
      '/ws': { target: backend, ws: true },
    },
  },
});
