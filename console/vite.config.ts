/** Builds the console into console/dist; while developing, /api goes to a running factory. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  base: "/",
  plugins: [react()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2023",
    // No data: URLs for assets: every byte is a file of ours.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The charts are one large part that loads after the first paint.
    chunkSizeWarningLimit: 900,
  },
  server: {
    host: "127.0.0.1",
    proxy: { "/api": process.env["TOKENWORKS_CONSOLE"] ?? "http://127.0.0.1:8601" },
  },
});
