# The API and its commands in one image: docker build -t gatehouse-api .
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS base
WORKDIR /app

# The manifests alone, so that the layers below are made anew only when a dependency changes.
FROM base AS manifests
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json -delete \
 && find . -type d -empty -delete

FROM base AS build
COPY --from=manifests /app ./
RUN --mount=type=cache,target=/root/.npm \
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
COPY . .
RUN node node_modules/typescript/bin/tsc -b apps/api \
 && rm -rf libs/platform/testing \
 && mkdir /out \
 && find apps libs -type f \( -path '*/dist/*.js' -o -path 'libs/*/*/mails/*' -o -path 'apps/api/static/*' -o -name package.json \) -print0 \
  | tar --create --null --files-from=- \
  | tar --extract --directory=/out

# Of ReDoc only the bundle is served, and TypeScript is here only as an optional peer: without them and what they
# bring, without declarations and source maps, the folder is a third of its size.
FROM base AS dependencies
COPY --from=manifests /app ./
RUN --mount=type=cache,target=/root/.npm \
    npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error \
 && cp -r node_modules/redoc /tmp/redoc \
 && npm pkg delete dependencies.redoc --workspaces --include-workspace-root \
 && npm prune --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error \
 && test ! -e node_modules/react-dom \
 && mkdir -p node_modules/redoc/bundles \
 && cp /tmp/redoc/package.json /tmp/redoc/LICENSE node_modules/redoc/ \
 && cp /tmp/redoc/bundles/redoc.standalone.js* node_modules/redoc/bundles/ \
 && rm -rf node_modules/node-linux-* node_modules/typescript node_modules/typeorm/browser node_modules/.bin \
           node_modules/@gatehouse/testing node_modules/@gatehouse/bench \
           node_modules/swagger-ui-dist/swagger-ui-es-bundle* node_modules/swagger-ui-dist/swagger-ui.js \
 && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

FROM base
ENV NODE_ENV=production
# From outside the container, in development mode as well.
ENV HOST=0.0.0.0
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /out ./
COPY docker/healthcheck.mjs docker/
# Uploaded files, for a volume that all containers share.
ENV STORAGE_DIR=/files
RUN install --directory --owner=1000 --group=1000 /files
# "node" of the base image, as a number so that orchestrators can see that it is not root.
USER 1000:1000
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "docker/healthcheck.mjs"]
# A small young generation and early collections: imports and exports then hold a steady, low memory.
CMD ["node", "--max-semi-space-size=16", "--heap-growing-percent=25", "apps/api/dist/main.js"]

ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="gatehouse-api" \
      org.opencontainers.image.description="Gatehouse: every request passes the same gate, in the same order" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
