import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

// The console holds an admin key, so nothing but its own files may run in it or hear from it. The rule travels inside the page,
// whoever serves it. Only in the built page: the dev server needs an inline script.
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'"

const policy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [{ tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY }, injectTo: 'head-prepend' }],
}

export default defineConfig({
  root: import.meta.dirname,
  // The worker may live under any path of a site: it writes where into the page.
  base: './',
  plugins: [react(), policy],
  build: {
    outDir: '../build/console',
    emptyOutDir: true,
    // light-dark() is the newest thing used; these are the first versions that have it.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  server: {
    host: '127.0.0.1',
    // `ISOFLAG_URL=http://127.0.0.1:8787 npm run dev -w www` works on the console against a running worker.
    proxy: { '/v1': process.env['ISOFLAG_URL'] ?? 'http://127.0.0.1:8787' },
  },
})
