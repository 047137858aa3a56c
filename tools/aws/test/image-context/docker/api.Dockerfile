# Stands for the app's own Dockerfile, so that tests do not read the whole checkout.
FROM scratch
