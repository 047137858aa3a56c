# docker build -f docker/api.Dockerfile -t drivewatch-api .    (context: the repository)
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY . .
RUN npx nx run-many --target=build --projects=api,dashboard \
 && node tools/dev/workspace/app-image.mjs api /image

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production TZ=UTC HOST=0.0.0.0 PORT=8080
WORKDIR /app
COPY --from=build /image ./
USER node
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health/ready').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/apps/api/main.mjs"]
