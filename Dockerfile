# One image for every role. Node is pinned twice to the same version: here, and as the npm package that a bare
# machine gets it by.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The lock file may lack another system's optional binaries, which `npm ci` would refuse.
RUN npm install --omit=dev --no-audit --no-fund
COPY . .

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production \
    COUNTERSIGN_DATA=/var/lib/countersign/data \
    COUNTERSIGN_HOST=0.0.0.0
WORKDIR /app
COPY --from=build /app /app
# Data and keys are two volumes, so that a backup of the one holds none of the other. The workflows are bundled into
# `dist` at the first start.
RUN mkdir -p /var/lib/countersign/data /var/lib/countersign/data-keys /app/dist \
    && chown -R node:node /var/lib/countersign /app/dist \
    && chmod 0700 /var/lib/countersign/data /var/lib/countersign/data-keys
USER node
VOLUME ["/var/lib/countersign/data", "/var/lib/countersign/data-keys"]
EXPOSE 8080 8443
HEALTHCHECK --interval=10s --timeout=6s --start-period=120s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "cli/countersign.ts"]
CMD ["serve"]
