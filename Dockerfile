# syntax=docker/dockerfile:1

# The tag is the channel of rust-toolchain.toml; a test compares them.
FROM rust:1.95.0-slim-bookworm AS build
# The image's own toolchain: rust-toolchain.toml names parts that a build does not need.
ENV RUSTUP_TOOLCHAIN=1.95.0
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --package heddle-server && \
    install -D target/release/heddle /out/heddle && \
    install -d -o 65532 -g 65532 -m 0700 /out/data

# C library, root certificates, time zones; no shell, no package manager.
FROM gcr.io/distroless/cc-debian12
COPY --from=build /out/heddle /usr/local/bin/heddle
COPY --from=build --chown=65532:65532 /out/data /data
# By number, so that an orchestrator can see that it is not root.
USER 65532:65532
WORKDIR /data
# Only a SQLite database is written here; with PostgreSQL the file system may be read-only.
ENV HEDDLE_DATA_DIR=/data HEDDLE_BIND=0.0.0.0:8080
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["heddle", "health"]
ENTRYPOINT ["heddle"]
CMD ["serve"]
