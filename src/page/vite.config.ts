/**
 * The browser pages: five entries, built to dist/pages. They are served as `desk`, `phone`, `tray`, `my-data` and the base itself, with their
 * files in `pages/` beside them, below whatever path a proxy puts all of that: so every address in them is relative. Nothing
 * inline, because their Content-Security-Policy allows scripts and styles from our own files alone.
 */
import { defineConfig } from 'vite'

// Vite takes the default export of this file and no other.
export default defineConfig({
  base: './',
  experimental: {
    renderBuiltUrl: (file, { hostType }) => (hostType === 'html' ? `pages/${file}` : { relative: true }),
  },
  publicDir: false,
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../dist/pages',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ['desk', 'phone', 'tray', 'both', 'my-data'].map((page) => `${page}/index.html`) },
  },
})
