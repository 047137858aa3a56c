# docker build -f docker/consumer.Dockerfile -t drivewatch-consumer .    (context: the repository)
# The same image also runs the migrations: node dist/apps/consumer/migrate/main.mjs
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY . .
RUN npx nx run-many --target=build --projects=consumer \
 && node tools/dev/workspace/app-image.mjs consumer /image

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production TZ=UTC
WORKDIR /app
COPY --from=build /image ./
COPY docker/consumer-health.mjs ./
USER node
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "consumer-health.mjs"]
CMD ["node", "dist/apps/consumer/main.mjs"]
