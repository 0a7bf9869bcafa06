# Build with everything, run with what is needed: compiled code, flows, and production packages, as a user without rights.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No package needs an install script, and ours would build before the source is here.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY .ci/build.mjs ./.ci/
COPY src ./src
RUN node .ci/build.mjs && npm prune --omit=dev --ignore-scripts --no-audit --no-fund
# There is nothing to build from where this package runs, and npx would try to.
RUN npm pkg delete scripts

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY flows ./flows
# The command for: docker compose exec rufpass rufpass …
RUN ln -s /app/dist/src/cli/rufpass.js /usr/local/bin/rufpass
# No image has flows that do not pass, and its containers need not prove them again. In production it would want settings.
RUN NODE_ENV=development rufpass flows check
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/health/live').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/main.js"]
