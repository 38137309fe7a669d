import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const port = Number(process.env['SEAWAY_PORT'] ?? 8080);

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), tailwindcss()],
  build: { target: 'es2023', sourcemap: false, outDir: 'dist', emptyOutDir: true, modulePreload: { polyfill: false } },
  server: { port: 5173, proxy: { '/api': { target: `http://127.0.0.1:${port}`, ws: true } } },
});
